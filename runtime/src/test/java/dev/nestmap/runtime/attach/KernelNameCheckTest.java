/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.attach;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Names are rejected that the kernel would reject. */
class KernelNameCheckTest {
    private static final List<Function<String, Hook<? super Hook.AnyKind, ?>>> ATTACHMENTS = List.of(
            Xdp::on,
            Tc::ingress,
            Tc::egress,
            Tcx::ingress,
            Tcx::egress,
            Netkit::primary,
            Netkit::peer,
            Tracepoint.Raw::of,
            name -> Tracepoint.of("sched", name),
            Kprobe::onEntry,
            Kprobe.Multi::onEntryMatching,
            name -> Uprobe.Multi.onEntry(Path.of("libc.so.6"), name),
            name -> Usdt.of(Path.of("libc.so.6"), "libc", name));

    /** The kernel would take "lo" for the name of the first, and attach the program there. */
    @Test
    void rejectsNamesWithControlCharacters() {
        for (Function<String, Hook<? super Hook.AnyKind, ?>> attachment : ATTACHMENTS) {
            assertInvalid(
                    () -> attachment.apply("lo\0.1"), " has the control character U+0000 at index 2, after \"lo\"");
            assertInvalid(() -> attachment.apply("eth0\n"), "U+000A at index 4");
            assertInvalid(() -> attachment.apply(""), " is empty");
        }
    }

    /** Virtual interfaces are called like this. */
    @Test
    void acceptsADot() {
        assertThat(Xdp.on("eth0.100").target()).isEqualTo("interface eth0.100");
    }
}
