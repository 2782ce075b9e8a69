/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.program.ProgramSection;
import dev.nestmap.schema.program.SectionTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.Test;

/** Compares the table of sections with the installed libbpf. */
@KernelTest
class KernelSectionsTest {
    /** Sections that libbpf 1.1 does not know. */
    private static final Set<String> NEWER = Set.of("""
            kprobe.session uprobe.multi uprobe.multi.s uretprobe.multi uretprobe.multi.s uprobe.session
            uprobe.session.s usdt.s tc/ingress tc/egress tcx/ingress tcx/egress netkit/primary netkit/peer
            tracepoint.s tp.s raw_tracepoint.s raw_tp.s tp_btf.s fsession fsession.s fsession.multi fentry.multi
            fexit.multi fsession.multi.s fentry.multi.s fexit.multi.s sk_skb/verdict cgroup/connect_unix
            cgroup/sendmsg_unix cgroup/recvmsg_unix cgroup/getpeername_unix cgroup/getsockname_unix struct_ops.s
            netfilter
            """.split("\\s+"));

    /** Only tests call this function. JNR needs a public interface. */
    @SuppressWarnings("MemberName") // the name is libbpf's
    public interface Sections {
        int libbpf_prog_type_by_name(String name, long progType, long attachType);
    }

    @Test
    void libbpfAgreesOnTheSectionsThatItKnows() {
        Sections libbpf = LibraryLoader.create(Sections.class).load("libbpf.so.1");
        List<String> known = new ArrayList<>();
        for (ProgramSection row : SectionTable.rows()) {
            OffHeapBlock types = OffHeapBlock.allocate(2 * Integer.BYTES);
            String section = row.pattern().endsWith("+") ? row.name() + "/target" : row.name();
            int result = libbpf.libbpf_prog_type_by_name(section, types.address(), types.address() + Integer.BYTES);
            if (result == -Errno.ESRCH.number()) {
                assertThat(NEWER).as("newer than libbpf 1.1").contains(row.name());
                continue; // newer than the installed libbpf
            }
            assertThat(result).as(section).isZero();
            assertThat(types.bytes().getInt(0))
                    .as("program type of %s", section)
                    .isEqualTo(row.type().number());
            assertThat(types.bytes().getInt(Integer.BYTES))
                    .as("attach type of %s", section)
                    .isEqualTo(row.attachTypeNumber());
            known.add(row.name());
        }
        assertThat(known)
                .contains("xdp", "tc", "kprobe", "kprobe.multi", "fentry.s", "lsm", "cgroup/connect4", "sk_lookup");
    }
}
