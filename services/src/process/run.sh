# Runs the server "$3" "$4" ... and writes what it says to the file $1. Stops it by the signal that it reads from its
# input, or by $2 at the end of its input, which comes with the end of the process that started this. Ends when the
# server and all its children have ended: all of them have the pipe to `cat`, and nobody else has.
log=$1 signal=$2
shift 2
exec 3<&0 </dev/null
{
    "$@" 3<&- &
    server=$!
    {
        read -r asked <&3 && signal=$asked
        # More than once: a shell lets its children ignore INT and QUIT, until they have said what to do about them.
        while kill -s "$signal" "$server"; do
            sleep 1
        done
    } >/dev/null 2>&1 &
    stopper=$!
    wait "$server"
    kill "$stopper"
} 2>&1 | cat >>"$log" 3<&-
