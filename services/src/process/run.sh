# Runs the server "$3" "$4" ... and writes what it says to the file $1. Sends it the signals that it reads from its
# input; STOP and CONT come back on its standard error once they are sent, any other one is the last. At the end of its
# input, which comes with the end of the process that started this, that is $2. Ends when the server and all its children
# have ended: all of them have the pipe to `cat`, and nobody else has.
log=$1 signal=$2
shift 2
exec 3<&0 4>&2 </dev/null 2>/dev/null
# What the system sends all of these when their parent ends while the server pauses.
trap '' HUP
{
    "$@" 3<&- 4>&- &
    server=$!
    {
        # Who asked may be gone when the answer comes.
        trap '' PIPE
        while read -r asked <&3; do
            case $asked in
            STOP)
                kill -s STOP "$server"
                # Each thread pauses when it comes to it, which is seen on Linux alone. Not for ever: the end of the input
                # may come meanwhile.
                tries=0
                running='^State:[[:space:]]*[^TXZ[:space:]]'
                while [ $((tries += 1)) -lt 1000 ] && grep -q "$running" /proc/"$server"/task/*/status; do
                    sleep 0.01
                done
                echo STOP >&4
                ;;
            CONT)
                kill -s CONT "$server"
                echo CONT >&4
                ;;
            *)
                signal=$asked
                break
                ;;
            esac
        done
        # More than once: a shell lets its children ignore INT and QUIT, until they have said what to do about them.
        while kill -s "$signal" "$server"; do
            # If it pauses, it hears of no other signal before.
            kill -s CONT "$server"
            sleep 1 3<&- 4>&-
        done
    } >/dev/null 2>&1 &
    stopper=$!
    wait "$server"
    kill "$stopper"
} 2>&1 | cat >>"$log" 3<&- 4>&-
