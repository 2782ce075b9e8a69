/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.tests.attached.Attached.Worker;
import java.nio.file.Path;
import java.util.function.IntPredicate;

/** Opens files on a thread that programs watch. The thread must not open anything else, and loading Java classes opens files too. */
final class FileOpener {
    static final long TENANT = 1;

    private FileOpener() {}

    /** Opens this file on the calling thread as often as given. */
    static void open(AttachedBpf bpf, Path file, int times) {
        open(bpf, file, opened -> opened < times);
    }

    /** Opens this file on the calling thread while the condition holds, and returns how often. */
    static int open(AttachedBpf bpf, Path file, IntPredicate condition) {
        String path = file.toString();
        long thread = Descriptors.threadId();
        // Runs the same calls once before the thread is watched, so that all its classes are loaded.
        bpf.worker().remove(thread);
        Descriptors.close(Descriptors.open(path));
        int opened = 0;
        boolean more = condition.test(opened);
        bpf.worker().put(new Worker(thread, TENANT));
        while (more) {
            Descriptors.close(Descriptors.open(path));
            opened++;
            more = condition.test(opened);
        }
        bpf.worker().remove(thread);
        return opened;
    }
}
