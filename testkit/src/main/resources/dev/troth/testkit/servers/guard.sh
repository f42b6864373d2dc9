# Owns one server and its directory. It reads commands from a pipe; when the pipe closes, because its owner closed it or is
# gone, however it died, the server ends and the directory is removed.
#
#   start             run the script $1/run        answers: pid N, and some time later: gone STATUS
#   kill -s NAME N..  send a signal                answers: ok
dir=$1
trap '' HUP INT

while read -r verb words; do
    case $verb in
        start)
            (
                trap - HUP INT
                sh "$dir/run" </dev/null >>"$dir/log" 2>&1 &
                echo "$!" >"$dir/pid"
                echo "pid $!"
                wait "$!"
                status=$?
                rm -f "$dir/pid"
                echo "gone $status"
            ) &
            ;;
        kill)
            # shellcheck disable=SC2086 # several words on purpose
            kill $words 2>/dev/null
            echo ok
            ;;
    esac
done

# The pipe is closed: nobody reads answers any more.
exec >/dev/null
if pid=$(cat "$dir/pid" 2>/dev/null); then
    # shellcheck disable=SC2046 # several words on purpose
    kill -s CONT "$pid" $(cat "/proc/$pid/task/$pid/children" 2>/dev/null) 2>/dev/null # it may be paused
    kill -s "$(cat "$dir/end")" "$pid" 2>/dev/null
    tenths=0
    while [ -f "$dir/pid" ] && [ "$tenths" -lt 80 ]; do
        sleep 0.1
        tenths=$((tenths + 1))
    done
    [ -f "$dir/pid" ] && kill -s KILL "$pid" 2>/dev/null
fi
wait
[ -f "$dir/after" ] && sh "$dir/after" >/dev/null 2>&1
tries=0
until rm -rf "$dir" 2>/dev/null || [ "$tries" -ge 50 ]; do
    sleep 0.1 # children of a killed server may still be writing their last words
    tries=$((tries + 1))
done
