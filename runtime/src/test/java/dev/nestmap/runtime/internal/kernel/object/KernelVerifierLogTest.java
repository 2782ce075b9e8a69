/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.btf.VerifierLog;
import dev.nestmap.btf.VerifierLog.Explanation;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exception of a load begins with the program, the line in C and the verifier's reason. */
@Tag("jdk-independent")
@KernelTest
class KernelVerifierLogTest {
    /** The kernel of the expected texts. */
    private static final String VERSION = "6.18.";

    private static final String PROGRAM = "program count";

    private static final Pattern EXPECTED = Pattern.compile(
            "\\w+ \\(\\d+\\): (program count(?:, [^:]+:\\d+)*): (?:(the result of .*NULL): |.*: )?(.*?)(?: \\(.*\\))?");

    /** A line of C in the log has a place since Linux 6.10. The errors change from version to version, in their words and in their errno. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | EACCES (13): program count, after flows.bpf.c:11, in flows.bpf.h:21: the result of a helper such as flows_of_each_tenant_lookup is used before it is compared with NULL: compare the result with NULL first (R1 type=map_value_or_null expected=map_ptr)",
                "2 | EACCES (13): program count, flows.bpf.c:25: the result of a helper such as flow_lookup is used before it is compared with NULL: compare the result with NULL first (R0 invalid mem access 'map_value_or_null')",
                "3 | EACCES (13): program count, flows.bpf.c:32: the result of bpf_map_lookup_elem is used before it is compared with NULL: compare the result with NULL first (R0 invalid mem access 'map_value_or_null')",
                "4 | EACCES (13): program count, flows.bpf.c:42: the result of bpf_ringbuf_reserve is used before it is compared with NULL: compare the result with NULL first (R0 invalid mem access 'ringbuf_mem_or_null')",
                "5 | EINVAL (22): program count, flows.bpf.c:52: Unreleased reference id=2 alloc_insn=4; BPF_EXIT instruction in main prog would lead to reference leak",
                "6 | EINVAL (22): program count, flows.bpf.c:65: function calls are not allowed while holding a lock",
                "7 | EACCES (13): program count, flows.bpf.c:71: invalid access to packet, off=0 size=1, R1(id=0,off=0,r=0); R1 offset is outside of the packet",
                "8 | EACCES (13): program count, flows.bpf.c:82: R0 unbounded memory access, make sure to bounds check any such access",
                "9 | EINVAL (22): program count, flows.bpf.c:91: program of this type cannot use helper bpf_redirect_map#51",
                "10 | EFAULT (14): program count, flows.bpf.c:101: The sequence of 8193 jumps is too complex",
                "11 | EINVAL (22): program count, flows.bpf.c:111: cannot call GPL-restricted function from non-GPL compatible program",
                "12 | EINVAL (22): program count, flows.bpf.c:121: At program exit the register R0 has smin=5 smax=5 should have been in [0, 3]",
                "13 | EACCES (13): program count, flows.bpf.c:131: R7 !read_ok",
                "14 | EACCES (13): program count, flows.bpf.c:141: invalid bpf_context access off=4096 size=4",
                "15 | EACCES (13): program count, flows.bpf.c:151: variable ctx access var_off=(0x0; 0xc) disallowed",
                "16 | EACCES (13): program count, flows.bpf.c:163: write into map forbidden, value_size=8 off=0 size=8",
                "17 | EACCES (13): program count, flows.bpf.c:171: R0 invalid mem access 'scalar'",
                "18 | EACCES (13): program count, flows.bpf.c:181: R2 type=scalar expected=fp, pkt, pkt_meta, map_key, map_value, mem, ringbuf_mem, buf, trusted_ptr_",
                "19 | EACCES (13): program count, flows.bpf.c:192: invalid access to map value, value_size=64 off=64 size=8; R1 min value is outside of the allowed memory range",
                "20 | EINVAL (22): program count, flows.bpf.c:201: cannot pass map_type 2 into func bpf_ringbuf_reserve#131",
                "21 | EINVAL (22): program count, flows.bpf.c:211: math between pkt pointer and register with unbounded min value is not allowed",
                "22 | EACCES (13): program count, flows.bpf.c:222: invalid unbounded variable-offset read from stack R2",
                "23 | EACCES (13): program count, flows.bpf.c:232: R4 invalid zero-sized read: u64=[0,15]",
                "24 | EINVAL (22): program count, flows.bpf.c:999: BPF_EXIT instruction in main prog cannot be used inside bpf_spin_lock-ed region",
                "25 | EACCES (13): program count: combined stack size of 2 calls is 608. Too large",
                "26 | E2BIG (7): program count, after flows.bpf.c:261, in flows.bpf.h:39: the call stack of 9 frames is too deep",
                "27 | EINVAL (22): program count: invalid kernel function call not eliminated in verifier pass",
                "28 | EINVAL (22): program count, flows.bpf.c:281: helper call might sleep in a non-sleepable prog",
                "29 | EINVAL (22): program count, flows.bpf.c:291: infinite loop detected at insn 0",
                "30 | EACCES (13): program count, flows.bpf.c:302: invalid access to map value, value_size=64 off=120 size=8; R0 max value is outside of the allowed memory range",
            })
    void saysWhereWhyAndWhatToDo(int mistake, String expected) {
        byte[] elf = TestPrograms.object(
                "mistakes.bpf.c",
                "-mcpu=v1", // since clang 20, v3 is the default
                "-DMISTAKE=" + mistake,
                "-DLICENCE=\"" + (mistake == 11 ? "Proprietary" : "GPL") + "\"");

        BpfException refused = catchThrowableOfType(
                BpfException.class, () -> TestPrograms.load("flows", elf).close());

        // Linux 7.3 accepts nine frames.
        assumeThat(refused == null && mistake == 26).isFalse();
        // libbpf 1.1 leaves it to the verifier to find a missing function, libbpf 1.7 names it.
        String message = refused.getMessage().lines().findFirst().orElseThrow();
        Explanation found = VerifierLog.in(refused.log())
                .orElseThrow()
                .explanation(ObjectFile.parse("flows", elf).schema().maps());
        String program = message.substring(0, message.indexOf(PROGRAM) + PROGRAM.length());
        assertThat(message)
                .isEqualTo(program
                        + found.text()
                        + (found.reason().isEmpty()
                                ? "; https://nestmap.dev/production/troubleshoot has the remedies for common errors"
                                : ""));
        String first = (program + found.text())
                .replace(
                        ", flows.bpf.c:271: kfunc 'bpf_no_such_function' is referenced but wasn't resolved",
                        ": invalid kernel function call not eliminated in verifier pass");
        String beginning = "load of object flows: refused by Linux " + System.getProperty("os.version") + ": ";
        if (System.getProperty("os.version").startsWith(VERSION)) {
            assertThat(first).isEqualTo(beginning + expected);
        } else {
            Matcher parts = EXPECTED.matcher(expected);
            assertThat(parts.matches()).isTrue();
            boolean hasPlaces = refused.log().stream().anyMatch(line -> line.contains(" @ flows.bpf.c:"));
            assertThat(first)
                    .startsWith(beginning)
                    .contains(
                            hasPlaces ? parts.group(1) + ": " : "program count",
                            parts.group(2) == null ? "" : parts.group(3))
                    .contains(parts.group(2) == null || !hasPlaces ? "" : parts.group(2));
        }
        assertThat(refused.getMessage()).contains("libbpf: prog 'count': BPF program load failed");
    }
}
