/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.attach.KernelLink;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.natives.LinkCalls;
import dev.nestmap.runtime.internal.kernel.natives.NativeLibraries;
import dev.nestmap.runtime.internal.kernel.natives.ProgramInfo;
import dev.nestmap.runtime.internal.kernel.natives.SystemCallWrappers;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.kernel.pin.LinkPins;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NetworkNamespace;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.program.AttachType;
import java.lang.ref.Reference;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A link keeps its program if another loader loaded the program without an expected attach type, as some do for XDP. */
@KernelTest
class KernelForeignLinkTest extends PinningTest {
    private static final int BPF_PROG_LOAD = 5;
    private static final int BPF_PROG_TYPE_XDP = 6;
    private static final int LOOPBACK = 1;
    private static final int GENERIC = 1 << 1;

    @Test
    void aLinkThatTakesOnlyProgramsWithoutAttachTypeKeepsItsProgram() throws Throwable {
        NetworkNamespace.run(() -> {
            Path pin = fs.path("count");
            int program = load();
            int link = LinkCalls.creation(program, LOOPBACK, AttachType.XDP.number())
                    .setInt(LinkCalls.FLAGS_AT, GENERIC)
                    .run();
            KernelObject object = TestPrograms.load("option", TestPrograms.object("option.bpf.c", "-DSECTION=\"xdp\""));
            try {
                new LinkPins(new KernelPins(), PinOptions.defaults()).pin(link, "the link", pin);
                UntypedProgram next = object.programs().get(0);
                assertBpfException(
                                () -> next.attach(Xdp.on("lo"), LinkPin.at(pin)),
                                "another type or expected attach type than the program of link",
                                "The old program stays attached",
                                "events in between are lost")
                        .hasErrno(Errno.EINVAL);
                try (KernelLink left = AttachedLink.open(pin, PinOptions.defaults())) {
                    assertThat(left.info().programId())
                            .isEqualTo(ProgramInfo.of(program).id());
                    assertThat(left.info().attached()).isTrue();
                }
                AttachedLink.open(pin, PinOptions.defaults()).detach();
            } finally {
                object.close();
                NativeLibraries.libc().close(link);
                NativeLibraries.libc().close(program);
            }
        });
    }

    /** Loads {@code return XDP_PASS} with the expected attach type 0. */
    private static int load() {
        OffHeapBlock program = OffHeapBlock.allocate(16);
        program.bytes().put(0, (byte) 0xb7).putInt(4, 2).put(8, (byte) 0x95);
        OffHeapBlock license = OffHeapBlock.ofString("GPL");
        OffHeapBlock attr = OffHeapBlock.allocate(72);
        attr.bytes().putInt(0, BPF_PROG_TYPE_XDP).putInt(4, 2);
        attr.bytes().putLong(8, program.address()).putLong(16, license.address());
        try {
            int fd = SystemCallWrappers.bpf(BPF_PROG_LOAD, attr.address(), attr.size());
            assertThat(fd).isNotNegative();
            return fd;
        } finally {
            Reference.reachabilityFence(program);
            Reference.reachabilityFence(license);
            Reference.reachabilityFence(attr);
        }
    }
}
