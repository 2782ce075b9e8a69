/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The exception of a load begins with the program, the line in C, the verifier's reason and the remedy. */
@KernelTest
class KernelVerifierLogTest {
    private static final Pattern ADVICE = Pattern.compile(".*: (.*?)(?: \\(.*\\))?");

    /** A line of C in the log has a place since Linux 6.10. The words of an error change from version to version. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 | EACCES (13): program count, after flows.bpf.c:11, in flows.bpf.h:21: the result of a helper such as flows_of_each_tenant_lookup is used"
                        + " before it is compared with NULL: compare the result with NULL first (R1 type=map_value_or_null"
                        + " expected=map_ptr)",
                "2 | EACCES (13): program count, flows.bpf.c:25: the result of a helper such as flow_lookup is used before it is compared with NULL:"
                        + " compare the result with NULL first (R0 invalid mem access 'map_value_or_null')",
                "3 | EACCES (13): program count, flows.bpf.c:32: the result of bpf_map_lookup_elem is used before it is compared"
                        + " with NULL: compare the result with NULL first (R0 invalid mem access 'map_value_or_null')",
                "4 | EACCES (13): program count, flows.bpf.c:42: the result of bpf_ringbuf_reserve is used before it is compared"
                        + " with NULL: compare the result with NULL first (R0 invalid mem access 'ringbuf_mem_or_null')",
                "5 | EINVAL (22): program count, flows.bpf.c:52: BPF_EXIT instruction in main prog would lead to reference leak:"
                        + " release the reference on each path",
                "6 | EINVAL (22): program count, flows.bpf.c:66: function calls are not allowed while holding a lock: call the"
                        + " function before bpf_spin_lock or after bpf_spin_unlock",
                "7 | EACCES (13): program count, flows.bpf.c:71: R1 offset is outside of the packet: compare the end of the access"
                        + " with data_end first",
                "8 | EACCES (13): program count, flows.bpf.c:82: R0 unbounded memory access, make sure to bounds check any such"
                        + " access: compare the index or length with the size first",
                "9 | EINVAL (22): program count, flows.bpf.c:91: program of this type cannot use helper bpf_redirect_map#51: this"
                        + " program type, or this kernel, does not have the function: call it from a program of another type",
                "10 | EFAULT (14): program count, flows.bpf.c:101: The sequence of 8193 jumps is too complex: the verifier follows"
                        + " each path through branches and loops: use fewer of them, bpf_loop, or functions that are not static",
                "11 | EINVAL (22): program count, flows.bpf.c:111: cannot call GPL-restricted function from non-GPL compatible"
                        + " program: state a licence that is compatible with the GPL: char LICENSE[] SEC(\"license\") = \"GPL\"",
            })
    void saysWhereWhyAndWhatToDo(int mistake, String expected) {
        byte[] elf = TestPrograms.object(
                "mistakes.bpf.c",
                "-DMISTAKE=" + mistake,
                "-DLICENCE=\"" + (mistake == 11 ? "Proprietary" : "GPL") + "\"");

        BpfException refused = catchThrowableOfType(BpfException.class, () -> KernelObject.load("flows", elf));

        String first = refused.getMessage().lines().findFirst().orElseThrow();
        String beginning = "load of object flows: refused by Linux " + System.getProperty("os.version") + ": ";
        if (refused.log().stream().anyMatch(line -> line.contains(" @ flows.bpf.c:"))) {
            assertThat(first).isEqualTo(beginning + expected);
        } else {
            Matcher advice = ADVICE.matcher(expected);
            assertThat(advice.matches()).isTrue();
            assertThat(first).startsWith(beginning).contains("program count", advice.group(1));
        }
        assertThat(refused.getMessage()).contains("libbpf: prog 'count': BPF program load failed");
    }
}
