"""/.well-known/security.txt, as those who look for it read it (RFC 9116)."""
import datetime

from service import EndToEnd

PATH = "/.well-known/security.txt"


class SecurityText(EndToEnd):
    def test_security_txt_is_there_when_a_contact_is_configured_and_expires_within_a_year(self):
        service = self.service({"server": {"security_contact": "mailto:security@example.de"}}).start()
        answer = service.call("GET", PATH)
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Content-Type"], "text/plain; charset=utf-8")
        fields = dict(line.split(": ", 1) for line in answer.body.decode().splitlines())
        self.assertEqual(fields["Contact"], "mailto:security@example.de")
        self.assertTrue(fields["Canonical"].endswith(PATH))
        left = datetime.datetime.fromisoformat(fields["Expires"].replace("Z", "+00:00")) - datetime.datetime.now(datetime.timezone.utc)
        self.assertTrue(datetime.timedelta(days=30) < left < datetime.timedelta(days=365), left)
        self.assertEqual(service.call("HEAD", PATH).status, 200)

    def test_without_a_contact_there_is_no_security_txt(self):
        self.assertEqual(self.service().start().call("GET", PATH).status, 404)
