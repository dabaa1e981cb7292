-- Everything up to $3 is applied by consumer $1 of log $2, whose checkpoint is locked; whoever runs it is told so by the epoch.
UPDATE factum.checkpoints SET position = $3, epoch = epoch + 1 WHERE consumer = $1 AND log = $2 AND partition = 0
