/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.memory.heap;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.Program;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;

/** The link of a program in memory. It has nothing to detach. */
record HeapLink(String program) implements KernelLink {
    @Override
    public KernelLink.Info info() {
        throw BpfException.of(Reason.NOT_SUPPORTED, "information of the link of program " + program)
                .because(
                        "the program is Java code in memory, which does not have this: test it with an object that load()"
                                + " returned");
    }

    @Override
    public void update(Program replacement) {}

    @Override
    public void pin(LinkPin pin) {}

    @Override
    public void detach() {}

    @Override
    public void close() {}
}
