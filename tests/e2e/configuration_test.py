"""What an operator sees after a mistake in the configuration."""
from service import EndToEnd

MISTAKES = """[server]
listn = "127.0.0.1:0"
public_url = "http://newsletter.example.de"
[controller]
name = "Example GmbH"
[mail]
url = "smtp://mail.example.de"
from = "newsletter@example.de"
user = "news"
password = "hunter2-geheim"
[retention]
proof_window = "4y"
unconfirmed = "30d"
"""


class Configuration(EndToEnd):
    def setUp(self):
        self.operator = self.service()

    def run_with(self, text, *words, environment=None):
        self.operator.write_config = lambda: self.operator.config.write_text(text)
        return self.operator.cli(*words, environment=environment)

    def test_all_mistakes_are_told_at_once_with_file_and_line_and_exit_2(self):
        for command in ("serve", "check", "migrate"):
            with self.subTest(command=command):
                code, out, err = self.run_with(MISTAKES, command)
                self.assertEqual((code, out), (2, ""))
                for line, words in {2: 'did you mean "listen"', 3: "https", 12: "3y", 13: "14d"}.items():
                    place = f"{self.operator.config}:{line}: "
                    told = [one for one in err.splitlines() if one.startswith(place)]
                    self.assertEqual(len(told), 1, err)
                    self.assertIn(words, told[0])
                self.assertIn("controller.street", err)
                self.assertIn("list", err)
        self.assertFalse(self.operator.state.exists(), "a mistake must leave nothing behind")

    def test_a_secret_is_never_printed_wherever_it_was_put(self):
        code, out, err = self.run_with(MISTAKES, "check")
        self.assertEqual(code, 2)
        self.assertNotIn("hunter2", out + err)
        for name in ("OPTLEDGER_MAIL_PASSWORD", "OPTLEDGER_MAIL_PASSWRD", "OPTLEDGER_MAIL_URL"):
            value = "smtp://news:hunter2-geheim@x"
            code, out, err = self.run_with(MISTAKES, "check", environment={name: value})
            self.assertEqual(code, 2)
            self.assertNotIn("hunter2", out + err)

    def test_a_file_that_is_no_toml_says_where_it_stops_being_it(self):
        code, _, err = self.run_with("[server\nlisten = 1\n", "check")
        self.assertEqual(code, 2)
        self.assertTrue(err.startswith(f"{self.operator.config}:1: "), err)

    def test_a_configuration_that_is_not_there_is_a_mistake(self):
        self.operator.config = self.operator.folder / "nowhere" / "optledger.toml"
        self.operator.write_config = lambda: None
        code, _, err = self.operator.cli("serve")
        self.assertEqual(code, 2)
        self.assertIn(str(self.operator.config), err)

    def test_a_password_for_a_distant_server_without_encryption_refuses_the_start(self):
        self.operator.sections["mail"].update(url="smtp://mail.example.de", user="news")
        code, _, err = self.operator.cli("serve", environment={"OPTLEDGER_MAIL_PASSWORD": "hunter2-geheim"})
        self.assertEqual(code, 2)
        self.assertIn("mail", err)
        self.assertNotIn("hunter2", err)

    def test_wrong_words_on_the_command_line_are_exit_2_with_one_line(self):
        for words in (["frobnicate"], [], ["proof"], ["serve", "--fast"], ["apikey", "add", "--name", "x"],
                      ["apikey", "add", "--name", "x", "--scope", "everything"],
                      ["proof", "anna@example.org", "--reason", "x", "--format", "docx"]):
            with self.subTest(words=words):
                code, out, err = self.operator.cli(*words)
                self.assertEqual((code, out), (2, ""))
                self.assertEqual(len(err.splitlines()), 1, err)
