/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.nestmap.btf.LoadCheck.Problem;
import dev.nestmap.btf.LoadCheck.Severity;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A check names the programs that the kernel rejects because of the object's licence. */
@Tag("jdk-independent")
class LicenseCheckTest {
    private static final String RESTRICTED = "SEC(\"xdp\") int p(void *c) { return bpf_get_current_task() != 0; }\n";

    private static List<Problem> check(BpfClang clang, String c) {
        return LoadCheck.of("x.bpf.o", clang.compile(BpfClang.INCLUDES + c), List.of()).stream()
                .filter(problem -> problem.severity() != Severity.NOTE)
                .toList();
    }

    private static List<Problem> check(String c) {
        return check(BpfClang.oldest(), c);
    }

    private static String license(String license) {
        return "char LICENSE[] SEC(\"license\") = \"" + license + "\";\n";
    }

    @ParameterizedTest
    @MethodSource("dev.nestmap.btf.BpfClang#all")
    void aProgramMayNotCallARestrictedHelper(BpfClang clang) {
        String c = RESTRICTED + "SEC(\"tc\") int unrestricted(void *c) { return bpf_get_smp_processor_id(); }\n"
                + "SEC(\"tc\") int q(void *c) { char t[] = \"x\"; bpf_trace_printk(t, 2); return bpf_get_current_task() != 0; }\n";

        assertThat(check(clang, c + license("Apache-2.0")))
                .filteredOn(problem -> !problem.where().equals("file"))
                .extracting(Problem::severity, Problem::where, Problem::what)
                .containsExactlyInAnyOrder(
                        tuple(
                                Severity.REJECTED,
                                "program p",
                                "it calls bpf_get_current_task, which the kernel allows only with a licence that is compatible with"
                                        + " the GPL (\"cannot call GPL-restricted function from non-GPL compatible program\"), and"
                                        + " \"Apache-2.0\" is not"),
                        tuple(
                                Severity.REJECTED,
                                "program q",
                                "it calls bpf_get_current_task, bpf_trace_printk, which the kernel allows only with a licence that"
                                        + " is compatible with the GPL (\"cannot call GPL-restricted function from non-GPL"
                                        + " compatible program\"), and \"Apache-2.0\" is not"));
    }

    @Test
    void anObjectWithoutALicenceHasNone() {
        assertThat(check(RESTRICTED)).singleElement().satisfies(problem -> {
            assertThat(problem.what()).endsWith(", and the object states no licence");
            assertThat(problem.remedy())
                    .isEqualTo(
                            "state a licence that is compatible with the GPL: char LICENSE[] SEC(\"license\") = \"GPL\"");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GPL",
                "GPL v2",
                "GPL and additional rights",
                "Dual BSD/GPL",
                "Dual MIT/GPL",
                "Dual MPL/GPL",
                "GPL\\0x"
            })
    void compatibleLicencesAreThoseOfTheKernel(String license) {
        assertThat(check(RESTRICTED + license(license))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GPL-2.0", "gpl", "Dual BSD/GPL-2.0", "", "GPLv2"})
    void otherLicencesAreNot(String license) {
        assertThat(check(RESTRICTED + license(license))).hasSize(1);
    }

    /** The links of these sections run another implementation of the helper, which needs no licence. */
    @ParameterizedTest
    @CsvSource({
        "kprobe.multi/f, 0",
        "kretprobe.multi/f, 0",
        "kprobe.session/f, 0",
        "uprobe.multi.s, 0",
        "kprobe/f, 1",
        "fentry/f, 1"
    })
    void programsOfManyFunctionsMayAskForTheirs(String section, int problems) {
        assertThat(check("SEC(\"" + section + "\") int p(void *c) { return bpf_get_func_ip(c) != 0; }\n"))
                .hasSize(problems);
    }

    @ParameterizedTest
    @ValueSource(strings = {"static const volatile int debug;", "extern int LINUX_KERNEL_VERSION __kconfig;"})
    void aConstantOfTheFileOrTheKernelIsOneToo(String constant) {
        String debug = constant.contains("debug") ? "debug" : "LINUX_KERNEL_VERSION";
        assertThat(check(constant + "\nSEC(\"xdp\") int p(void *c) { return " + debug
                        + " ? bpf_get_current_task() != 0 : 2; }\n"))
                .extracting(Problem::severity)
                .containsOnly(Severity.FRAGILE);
    }

    /** The text of a helper's format is a constant that nothing loads from. */
    @Test
    void aFormatIsNoConstantThatRulesOutACall() {
        assertThat(check("SEC(\"xdp\") int p(void *c) { bpf_printk(\"%d\", 1); return 2; }\n"))
                .extracting(Problem::severity)
                .containsOnly(Severity.REJECTED);
    }

    /** The verifier does not reach a call that a constant rules out, and a loader may set this constant. */
    @Test
    void aCallThatAConstantCanRuleOutIsFragile() {
        assertThat(check("""
                        const volatile int debug;
                        SEC("xdp") int p(void *c) { return debug ? bpf_get_current_task() != 0 : 2; }
                        SEC("xdp") int q(void *c) { return debug; }
                        """)).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.FRAGILE);
            assertThat(problem.where()).isEqualTo("program p");
            assertThat(problem.what()).endsWith("; it loads only if its constants rule the calls out");
        });
    }

    @Test
    void functionsThatProgramsCallAreCheckedToo() {
        String function = "__attribute__((noinline)) int f(void) { return bpf_get_current_task() != 0; }\n";

        for (String linkage : List.of("", "static ")) {
            assertThat(check(linkage + function + "SEC(\"xdp\") int p(void *c) { return f(); }\n"))
                    .as("%sfunction", linkage)
                    .extracting(Problem::where)
                    .containsExactly("function f");
        }
        assertThat(check(function + "int g(void) { return f(); }\n"))
                .as("a part of an object")
                .isEmpty();
    }

    @Test
    void aProgramOfPerfEventsMayReadStacks() {
        String c = map() + "SEC(\"SECTION\") int p(void *c) { return bpf_get_stackid(c, &stacks, 0); }\n";

        assertThat(check(c.replace("SECTION", "perf_event"))).isEmpty();
        assertThat(check(c.replace("SECTION", "kprobe"))).hasSize(1);
    }

    private static String map() {
        return "struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __uint(max_entries, 9); __uint(key_size, 4);"
                + " __uint(value_size, 80); } stacks SEC(\".maps\");\n";
    }

    @ParameterizedTest
    @CsvSource({
        "tc, cannot call kernel function from non-GPL compatible program",
        "lsm/file_open, LSM programs must have a GPL compatible license",
        "struct_ops/init, struct ops programs must have a GPL compatible license",
        "?lsm.s/file_open, LSM programs must have a GPL compatible license"
    })
    void functionsOfTheKernelAndSomeTypesNeedIt(String section, String error) {
        boolean calls = section.equals("tc");
        String c = "extern void bpf_rcu_read_lock(void) __ksym __weak;\n" + "SEC(\"" + section + "\") int p(void *c) { "
                + (calls ? "bpf_rcu_read_lock();" : "") + " return 0; }\n";

        assertThat(check(c)).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(Severity.REJECTED);
            assertThat(problem.where()).isEqualTo("program p");
            assertThat(problem.what()).contains("(\"" + error + "\")").contains(calls ? " bpf_rcu_read_lock," : "");
            assertThat(VerifierAdvice.remedy(error)).contains(problem.remedy());
        });
        assertThat(check(c + license("GPL"))).isEmpty();
    }
}
