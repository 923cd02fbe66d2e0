#!/usr/bin/env bash
# A forgotten password is reset, from the installed programs and the socket only. Each step is the real command with its real output.
#
# usage: scripts/demo.sh      KEEP=1 leaves everything running and says how to go on
#                             SSPR_STRACE_LOG=FILE traces what the daemon asks the kernel for
# Ends with 0 when every step went as it should, and cleans up after itself.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d /tmp/sspr.XXXXXX)
programs=$folder/programs
socket=$folder/run/s
spool=$folder/mail
pids=()
tracer=()
steps=0
client=$programs/bin/ssprclient

# ----------------------------------------------------------------------------------------------------------------- how it is told

title() { steps=$((steps + 1)); printf '\n\033[1m%d. %s\033[0m\n' "$steps" "$*"; }
note() { printf '   %s\n' "$*"; }
wrong() { printf '\ndemo: %s\n' "$*" >&2; exit 1; }

# Shows a command as a person would type it, without the folder's long names.
shown() { printf '\n$ %s\n' "$*" | sed -e "s#$programs/bin/##g; s#$programs/sbin/##g; s#$programs/libexec/sspr/##g; s#$folder#\$T#g"; }

# usage: expect STATUS COMMAND...   runs it, shows its output, and insists on its exit status
expect() {
    local wanted=$1 status=0
    shift
    shown "$*"
    "$@" >"$folder/output" 2>&1 || status=$?
    sed 's/^/  /' "$folder/output"
    [ "$wanted" -eq 0 ] || note "(exit status $status)"
    [ "$status" -eq "$wanted" ] || wrong "that ended with $status instead of $wanted"
}

# usage: pam PASSWORD      what pam_exec does at a login: PAM_* in the environment, the password with its NUL on standard input
pam() { printf '%s\0' "$1" | env -i PAM_USER=alice PAM_TYPE=auth PAM_SERVICE=login "$client" pam auth --socket "$socket"; }

# usage: sign_in STATUS PASSWORD
sign_in() {
    local status=0
    printf "\n$ printf '%%s\\\\0' '%s' | PAM_USER=alice PAM_TYPE=auth ssprclient pam auth --socket \$T/run/s\n" "$2"
    pam "$2" >"$folder/output" 2>&1 || status=$?
    sed 's/^/  /' "$folder/output"
    note "(exit status $status: $([ "$status" -eq 0 ] && echo accepted || echo refused))"
    [ "$status" -eq "$1" ] || wrong "sign-in ended with $status instead of $1"
}

# --------------------------------------------------------------------------------------------- a command that asks questions

# usage: begin COMMAND...   starts it; `answer` types, `finish STATUS` waits for its end
begin() {
    shown "$*"
    rm -f "$folder/answers"
    mkfifo -m 600 "$folder/answers"
    "$@" --answers-from - <"$folder/answers" >"$folder/output" 2>&1 &
    dialogue=$!
    exec 3>"$folder/answers"
}

answer() {
    printf '  > %s\n' "${2:-$1}"
    printf '%s\n' "$1" >&3 || true
}

finish() {
    local status=0
    exec 3>&-
    wait "$dialogue" || status=$?
    # Of the 35 questions to choose from, three are enough to see.
    sed -E '/^ +([4-9]|[1-3][0-9])  [A-Z].*\?$/d; s/^/  /' "$folder/output"
    [ "$1" -eq 0 ] || note "(exit status $status)"
    [ "$status" -eq "$1" ] || wrong "that ended with $status instead of $1"
}

# Waits for what another process does; a deadline, not a pause.
# usage: await WHAT COMMAND...
await() {
    local what=$1 deadline=$((SECONDS + 20))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || wrong "$what did not happen within 20 s"
        kill -0 "${pids[0]}" 2>/dev/null || wrong "the daemon has ended: $(tail -3 "$folder/ssprd.log")"
        sleep 0.02
    done
}

newest_mail() { find "$spool" -name "*-$1.eml" -printf '%T@ %p\n' | sort -n | tail -1 | cut -d' ' -f2-; }
has_new_mail() { [ "$(newest_mail "$1")" != "$2" ]; }

# usage: code_from_mail KIND BEFORE     the code of the next mail of a kind; BEFORE is the newest one before it was asked for
code_from_mail() {
    await "a mail of kind $1" has_new_mail "$1" "$2"
    grep -oE '^[0-9]{8}' "$(newest_mail "$1")"
}

# The same for a text message that went to a phone.
newest_text() { find "$spool" -name "*-$1.sms" -printf '%T@ %p\n' | sort -n | tail -1 | cut -d' ' -f2-; }
has_new_text() { [ "$(newest_text "$1")" != "$2" ]; }
code_from_text() {
    await "a text message of kind $1" has_new_text "$1" "$2"
    grep -ohE '\b[0-9]{8}\b' "$(newest_text "$1")" | head -1
}

# What the app shows, computed by oathtool and not by us. usage: app_code KEY SECONDS_AGO
app_code() { printf '%s' "$1" | oathtool --totp -b --now "$2 seconds ago" -; }

# One call from JSON, as a portal would make it. usage: call NAME JSON
call() { printf '%s' "$2" | "$client" protocol call "$1" - --json; }
field() { /usr/bin/python3 -c "import json, sys; print(json.load(sys.stdin)['$1'])"; }

# Waits, visibly, for the beginning of a time step, so that a code does not change on its way.
fresh_step() {
    local left
    while left=$((30 - $(date +%s) % 30)) && [ "$left" -lt 8 ]; do
        printf '\r   (the next code of the app begins in %2d s) ' "$left"
        sleep 1
        waited=$((waited + 1))
    done
    printf '\r%60s\r' ''
}

# ------------------------------------------------------------------------------------------------------------------------ the end

clean_up() {
    local status=$?
    exec 3>&- 2>/dev/null || true
    if [ "$status" -eq 0 ] && [ -n "${KEEP:-}" ]; then
        cat <<END

It goes on running. Try it by hand:
  export SSPR_SOCKET=$socket
  $client status alice
  $client reset alice            # mails arrive in $spool
  $client audit list
End it with:
  kill ${pids[*]}; rm -rf $folder
END
        return
    fi
    # strace holds signals back while it traces: the daemon is told itself.
    [ ${#tracer[@]} -eq 0 ] || pkill -TERM -P "${pids[0]}" -x ssprd || true
    for pid in "${pids[@]:1}" "${pids[@]:0:1}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    [ "$status" -eq 0 ] || { echo "demo: failed; the daemon's last words:" >&2; tail -5 "$folder/ssprd.log" >&2 || true; }
    rm -rf "$folder"
}
trap clean_up EXIT

# ----------------------------------------------------------------------------------------------------------------------- the story

PREFIX='' DESTDIR=$programs scripts/install.sh >/dev/null
began=$SECONDS
waited=0
old='my first long sentence'
new='a quite different sentence'
mkdir -m 755 "$folder/run"
mkdir -m 700 "$spool"

printf 'The configuration, %s:\n' "\$T/ssprd.yaml"
cat >"$folder/ssprd.yaml" <<END
questions: true
phones: true
devices: true
socket: $socket
state: $folder/state
keys: $folder/keyring
END
sed "s#$folder#\$T#g; s/^/  /" "$folder/ssprd.yaml"

traced=execve,execveat,socket,connect,bind,sendto,sendmsg,io_uring_setup,clone,clone3,fork,vfork
[ -z "${SSPR_STRACE_LOG:-}" ] || tracer=(strace -f -q -e "trace=$traced" -o "$SSPR_STRACE_LOG")
shown "$programs/sbin/ssprd serve --config $folder/ssprd.yaml &"
"${tracer[@]}" "$programs/sbin/ssprd" serve --config "$folder/ssprd.yaml" >"$folder/ssprd.log" 2>&1 &
pids+=($!)
await "the daemon's first answer" "$client" protocol ping --socket "$socket" >/dev/null 2>&1
shown "$programs/libexec/sspr/sspr-courier --socket $socket --spool $spool &"
"$programs/libexec/sspr/sspr-courier" --socket "$socket" --spool "$spool" >"$folder/courier.log" 2>&1 &
pids+=($!)
export SSPR_SOCKET=$socket

title "An account, and a sign-in as pam_exec calls it"
printf '%s' "$old" >"$folder/first-password"
expect 0 "$client" accounts add alice --password-file "$folder/first-password"
sign_in 0 "$old"

title "alice registers an email address, an app and security questions"
before=$(newest_mail confirmationCode)
begin "$client" register email alice@example.org --account alice
answer "$old" '(the password)'
answer "$(code_from_mail confirmationCode "$before")"
finish 0
fresh_step
begin "$client" register totp --account alice
answer "$old" '(the password)'
await "the app's key" grep -q 'otpauth://' "$folder/output"
key=$(grep -o 'secret=[A-Z2-7]*' "$folder/output" | head -1 | cut -d= -f2)
note "oathtool's code for the step before this one:"
answer "$(app_code "$key" 30)"
finish 0
begin "$client" register questions --account alice
answer "$old" '(the password)'
answer "1 2 4 7 11"
for text in 'Lisbon harbour' 'Miller and Sons' 'pasta al forno' 'chemistry of course' 'below the bridge'; do answer "$text"; done
finish 0
expect 0 "$client" status alice

title "alice has forgotten her password"
fresh_step
before=$(newest_mail recoveryCode)
begin "$client" reset alice --method email,totp
mailed=$(code_from_mail recoveryCode "$before")
answer "$mailed"
used=$(app_code "$key" 0)
answer "$used"
answer "$new" '(the new password)'
finish 0
sign_in 1 "$old"
sign_in 0 "$new"

title "Nothing works twice, and guessing ends"
note "the same email code and the same app code again:"
begin "$client" reset alice --method email
answer "$mailed"
finish 77
begin "$client" reset alice --method totp
answer "$used"
finish 77
note "a grant works once; here a recovery call by call, with the mailed code and security questions:"
recovery=$(call recovery.begin '{"account":"alice","purpose":"unlock"}')
handle=$(field handle <<<"$recovery")
before=$(newest_mail recoveryCode)
call recovery.send "{\"handle\":\"$handle\",\"choice\":1}" >/dev/null
mailed=$(code_from_mail recoveryCode "$before")
call recovery.answer "{\"handle\":\"$handle\",\"choice\":1,\"code\":\"$mailed\"}" >/dev/null
asked=$(call recovery.send "{\"handle\":\"$handle\",\"choice\":3}")
answers=$(/usr/bin/python3 -c '
import json, sys
known = {1: "Lisbon harbour", 2: "Miller and Sons", 4: "pasta al forno", 7: "chemistry of course", 11: "below the bridge"}
print(json.dumps([{"question": q["number"], "answer": "hex:" + known[q["number"]].encode().hex()}
                  for q in json.load(sys.stdin)["questions"]]))' <<<"$asked")
grant=$(call recovery.answer "{\"handle\":\"$handle\",\"choice\":3,\"answers\":$answers}" | field grant)
printf '%s' "{\"account\":\"alice\",\"grant\":\"$grant\"}" >"$folder/grant.json"
expect 0 "$client" protocol call recovery.unlock - <"$folder/grant.json"
expect 77 "$client" protocol call recovery.unlock - <"$folder/grant.json"
note "five wrong codes:"
for wrong_code in 000001 000002 000003 000004 000005; do
    printf '%s\n' "$wrong_code" >"$folder/wrong"
    expect 77 "$client" reset alice --method totp --answers-from "$folder/wrong"
done
note "and a right one:"
app_code "$key" 0 >"$folder/right"
expect 75 "$client" reset alice --method totp --answers-from "$folder/right"
note "signing in is not touched by that:"
sign_in 0 "$new"

title "bob has a phone and a device that is asked"
printf '%s' "$old" >"$folder/first-password"
expect 0 "$client" accounts add bob --password-file "$folder/first-password"
before=$(newest_text confirmationCode)
begin "$client" register mobile +493055512342 --account bob
answer "$old" '(the password)'
answer "$(code_from_text confirmationCode "$before")"
finish 0
begin "$client" register device --account bob
answer "$old" '(the password)'
await "the pairing text" grep -q 'Pairing: SSPR1:' "$folder/output"
pairing=$(sed -n 's/^Pairing: //p' "$folder/output")
printf 'a passphrase of bob\n' >"$folder/passphrase"
chmod 600 "$folder/passphrase"
device=("$client" device)
its_own=(--file "$folder/bobs-device" --passphrase-file "$folder/passphrase")
shown "${device[*]} pair ${its_own[*]} <<<'SSPR1:...'"
answer "$("${device[@]}" pair "${its_own[@]}" <<<"$pairing" 2>/dev/null)" '(the code that the device shows)'
finish 0
note "bob has forgotten his password:"
before=$(newest_text recoveryCode)
begin "$client" reset bob --method mobilePhone,push
answer '+493055512342'
answer 'text'
answer "$(code_from_text recoveryCode "$before")"
await "the number" grep -q 'Type there: ' "$folder/output"
number=$(sed -n 's/.*Type there: //p' "$folder/output")
shown "${device[*]} approve --number $number ${its_own[*]}"
"${device[@]}" approve --number "$number" "${its_own[@]}" 2>&1 | sed 's/^/  /'
answer "$new" '(the new password)'
finish 0

title "The audit trail of all this"
expect 0 "$client" audit list
expect 0 "$client" audit verify

took=$((SECONDS - began - waited))
printf '\nAll of it as it should be, in %d s%s.\n' "$took" "$([ "$waited" -eq 0 ] || echo ", and $waited s of waiting for the app's next code")"
[ "$took" -le 30 ] || wrong "it took longer than 30 s"
