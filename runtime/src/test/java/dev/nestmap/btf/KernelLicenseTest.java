/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.internal.kernel.natives.BpfCall;
import dev.nestmap.runtime.internal.kernel.natives.Descriptor;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.program.ProgramSection;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compares the table of helpers that need a licence with the running kernel. */
@KernelTest
@Tag("jdk-independent")
class KernelLicenseTest {
    private static final int BPF_PROG_LOAD = 5;

    /** {@code bpf_cgrp_storage_delete}. Newer functions are no helpers. */
    private static final int LAST_HELPER = 211;

    private static final Pattern UNKNOWN = Pattern.compile("unknown func|cannot use helper|invalid func");

    private static final int GET_STACKID = 27;
    private static final int LOG_SIZE = 4096;
    private static final int SLEEPABLE = 1 << 4;

    /** Together, programs of these sections may call every helper. */
    private static final List<String> SECTIONS = List.of(
            "socket",
            "kprobe",
            "uprobe.s",
            "tc",
            "xdp",
            "perf_event",
            "raw_tp",
            "syscall",
            "lirc_mode2",
            "sockops",
            "tp_btf/sched_switch",
            "iter/task",
            "iter.s/task");

    /** Only tests call this function. JNR needs a public interface. */
    @SuppressWarnings("MemberName") // the name is libbpf's
    public interface BtfIds {
        int libbpf_find_vmlinux_btf_id(String name, int attachType);
    }

    private final OffHeapBlock license = OffHeapBlock.ofString("Apache-2.0");
    private final OffHeapBlock log = OffHeapBlock.allocate(LOG_SIZE);

    @Test
    void theKernelRestrictsTheHelpersOfTheTable() {
        Map<Integer, String> restricted = new TreeMap<>();
        TreeSet<Integer> free = new TreeSet<>();
        for (String section : SECTIONS) {
            for (int helper = 1; helper <= LAST_HELPER; helper++) {
                String answer = load(section, helper);
                if (answer.contains("GPL-restricted")) {
                    restricted.put(helper, LicenseCheck.HELPERS.getOrDefault(helper, "not in the table"));
                } else if (helper == GET_STACKID && section.equals("perf_event")) {
                    assertThat(answer).as("the exception").isNotEmpty();
                } else if (!answer.isEmpty() && !UNKNOWN.matcher(answer).find()) {
                    free.add(helper);
                }
            }
        }

        assertThat(free).hasSizeGreaterThan(120).doesNotContainAnyElementsOf(LicenseCheck.HELPERS.keySet());
        // The others need a build option, such as CONFIG_BPF_LIRC_MODE2.
        assertThat(restricted).hasSizeGreaterThan(30).doesNotContainValue("not in the table");
    }

    /** Loads a program that only calls a helper. Returns what the verifier says. */
    private String load(String section, int helper) {
        ProgramSection row = ProgramSection.of(section).orElseThrow();
        OffHeapBlock program = OffHeapBlock.allocate(16);
        program.bytes()
                .order(ByteOrder.nativeOrder())
                .put(0, (byte) 0x85)
                .putInt(4, helper)
                .put(8, (byte) 0x95);
        log.bytes().put(0, (byte) 0);
        BpfCall call = new BpfCall(BPF_PROG_LOAD, 148)
                .setInt(0, row.type().number())
                .setInt(4, 2)
                .setPointer(8, program)
                .setPointer(16, license)
                .setInt(24, 1)
                .setInt(28, LOG_SIZE)
                .setPointer(32, log)
                .setInt(44, row.flags().contains(ProgramSection.Flag.SLEEPABLE) ? SLEEPABLE : 0)
                .setInt(68, row.attachTypeNumber());
        if (row.flags().contains(ProgramSection.Flag.TARGET_AT_LOAD)) {
            int id = LibraryLoader.create(BtfIds.class)
                    .load("libbpf.so.1")
                    .libbpf_find_vmlinux_btf_id(row.targetIn(section), row.attachTypeNumber());
            assertThat(id).as(section).isPositive();
            call.setInt(108, id);
        }
        new Descriptor(call.run()).close();
        byte[] text = new byte[LOG_SIZE];
        log.bytes().get(0, text);
        return new String(text, StandardCharsets.UTF_8).split("\0", 2)[0];
    }
}
