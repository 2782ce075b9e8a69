/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.testing.Descriptors;
import dev.nestmap.tests.attached.Attached.Worker;
import java.nio.file.Path;
import java.util.function.IntPredicate;

/** A thread that opens files while programs watch it, and nothing else: its Java classes are in files too. */
final class Opening {
    static final long TENANT = 1;

    private Opening() {}

    /** Has the calling thread open this file that often. */
    static void of(AttachedBpf bpf, Path file, int times) {
        of(bpf, file, opened -> opened < times);
    }

    /** The same as long as it goes on; how often it was. */
    static int of(AttachedBpf bpf, Path file, IntPredicate goesOn) {
        String path = file.toString();
        long thread = Descriptors.threadId();
        // All classes that this takes are loaded when the thread is watched.
        bpf.worker().remove(thread);
        Descriptors.close(Descriptors.open(path));
        int opened = 0;
        boolean more = goesOn.test(opened);
        bpf.worker().put(new Worker(thread, TENANT));
        while (more) {
            Descriptors.close(Descriptors.open(path));
            opened++;
            more = goesOn.test(opened);
        }
        bpf.worker().remove(thread);
        return opened;
    }
}
