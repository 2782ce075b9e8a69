/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.attach.Attachment;
import dev.nestmap.runtime.program.Link;
import dev.nestmap.runtime.program.LinkPin;
import dev.nestmap.runtime.program.Program;
import dev.nestmap.runtime.program.TestRun;
import dev.nestmap.runtime.program.TestRunOptions;
import java.nio.file.Path;

/** A program that is there to be asked for its name and section. */
public record NamedProgram(String name, String section) implements Program {
    @Override
    public int id() {
        return 1;
    }

    @Override
    public Link attach() {
        throw new AssertionError("not asked for");
    }

    @Override
    public Link attach(Attachment attachment) {
        throw new AssertionError("not asked for");
    }

    @Override
    public Link attach(Attachment attachment, LinkPin pin) {
        throw new AssertionError("not asked for");
    }

    @Override
    public void pin(Path path) {
        throw new AssertionError("not asked for");
    }

    @Override
    public TestRun testRun(TestRunOptions options) {
        throw new AssertionError("not asked for");
    }
}
