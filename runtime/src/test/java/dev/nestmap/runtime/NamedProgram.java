/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.attach.Hook;
import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.Link;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.observe.ProgramStatistics;
import java.nio.file.Path;

/** A program that is there to be asked for its name and section. */
public record NamedProgram(String name, String section) implements UntypedProgram {
    @Override
    public int id() {
        return 1;
    }

    @Override
    public ProgramStatistics statistics() {
        throw new AssertionError("not asked for");
    }

    @Override
    public KernelLink attach() {
        throw new AssertionError("not asked for");
    }

    @Override
    public <L extends Link> L attach(Hook<? super Hook.AnyKind, L> hook) {
        throw new AssertionError("not asked for");
    }

    @Override
    public <L extends KernelLink> L attach(Hook<? super Hook.AnyKind, L> hook, LinkPin pin) {
        throw new AssertionError("not asked for");
    }

    @Override
    public void pin(Path path) {
        throw new AssertionError("not asked for");
    }

    @Override
    public TestRun testRun(TestRun.Input options) {
        throw new AssertionError("not asked for");
    }
}
