# What optledger needs from Debian, in one place: sourced by quickstart and run-tests.
build_packages="cmake ninja-build g++ pkg-config ccache
  libcpp-httplib-dev libcurl4-openssl-dev libsqlitecpp-dev libsqlite3-dev nlohmann-json3-dev libexpected-dev
  libfmt-dev libspdlog-dev libkainjow-mustache-dev libcli11-dev libtomlplusplus-dev libsodium-dev libidn2-dev
  libunistring-dev prometheus-cpp-dev libssl-dev libcairo2-dev libpango1.0-dev libqrencode-dev"
# The fonts of a proof as PDF: Latin, Greek and Cyrillic; then further scripts, Chinese, Japanese and Korean, symbols.
run_packages="python3 fonts-liberation fonts-dejavu-core fonts-freefont-ttf fonts-wqy-microhei fonts-symbola"
test_packages="doctest-dev librapidcheck-dev python3-aiosmtpd python3-jsonschema python3-cryptography golang-go
  golang-golang-x-mod-dev jq xxd openssl clang-19 libclang-rt-19-dev chromium nodejs npm
  strace faketime poppler-utils nginx caddy systemd libseccomp2"

# install_packages NAME…: only what is missing, without a prompt; as root, or by sudo.
install_packages() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  if [ "${#missing[@]}" = 0 ]; then return; fi
  # Node's own distribution brings node and npm without Debian's packages.
  if command -v npm >/dev/null; then
    local rest=()
    for name in "${missing[@]}"; do [[ $name == nodejs || $name == npm ]] || rest+=("$name"); done
    missing=("${rest[@]}")
    if [ "${#missing[@]}" = 0 ]; then return; fi
  fi
  echo "Installing Debian packages: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "Please install these packages as root: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
