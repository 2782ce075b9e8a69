/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.globals;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.tests.globals.Sampled.Gate;
import dev.nestmap.tests.globals.Sampled.Limit;
import dev.nestmap.tests.globals.Sampled.Mode;
import dev.nestmap.tests.globals.Sampled.SampleConfig;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Variables of C code that differs from the generated header are set, or the difference is rejected, also with several C files. */
@KernelTest
class HandwrittenGlobalsTest {
    private static final SampleConfig CONFIG = GlobalsContract.everyPacket(Mode.COUNT, false);
    private static final Limit LIMIT = new Limit(10);
    private static final Gate GATE = new Gate(1, 0);

    @TempDir
    Path directory;

    private SampledBpf load(String source) throws IOException {
        return SampledBpf.load(compile("sampled", source), CONFIG, LIMIT, GATE);
    }

    private Path compile(String name, String source) throws IOException {
        Path c = directory.resolve(name + ".bpf.c");
        Files.writeString(c, source + "char LICENSE[] SEC(\"license\") = \"GPL\";\n");
        Path object = directory.resolve(name + ".bpf.o");
        InstalledClang.newest().compile(c, object, BpfObjects.headers()).succeeded();
        return object;
    }

    private static String headerWith(String declared, String written) throws IOException {
        String header = Files.readString(BpfObjects.generated("sampled.bpf.h"));
        assertThat(header).contains(declared);
        return header.replace(declared, written).replaceAll("(?s)_Static_assert\\(.*?\\);", "");
    }

    @Test
    void valuesThatTheRecordsRequireAreNotForgotten() {
        assertBpfException(
                () -> SampledBpf.open(BpfObjects.of("sampled"))
                        .limit(LIMIT)
                        .load()
                        .close(),
                "no value was set for gate, sample_config, which the records require: between open and load");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "struct gate gate SEC(\".data.gate\") __weak; | '' | variable gate: struct gate in the records, missing in the object",
                "'__u32 sample_rate;\n\t__be32 vip;' | '__be32 vip;\n\t__u32 sample_rate;' | variable sample_config,"
                        + " type struct sample_config, field vip: offset 4 in the records, 0 in the object",
                "__u64 hits[4] __weak; | __u64 hits[4] SEC(\".data\") __weak;"
                        + " | variable hits: section .bss in the records, .data in the object",
                "const volatile __u64 limit SEC(\".rodata.limits\") __weak;"
                        + " | static const volatile __u64 limit SEC(\".rodata.limits\");"
                        + " | variable limit: const volatile __u64 in the records, missing in the object"
            })
    void anotherDeclarationIsRejected(String declared, String written, String difference) throws IOException {
        String source = headerWith(declared, written);

        assertThatThrownBy(() -> load(source).close())
                .isInstanceOf(BpfException.class)
                .hasMessageContaining(difference)
                .hasMessageContaining("Compile the object again with the generated header sampled.bpf.h");
    }

    @Test
    void hiddenConstantsAreSet() throws IOException {
        String source = """
                #include "sampled.bpf.h"

                extern const volatile struct sample_config sample_config __hidden;

                SEC("xdp")
                int rate(struct xdp_md *ctx __attribute__((unused)))
                {
                    return sample_config.sample_rate;
                }
                """;

        try (SampledBpf bpf = load(source)) {
            assertThat(bpf.sampleConfig()).isEqualTo(CONFIG);
            assertThat(bpf.program("rate").testRun(new byte[64]).returnValue()).isEqualTo(1);
        }
    }

    @Test
    void aSectionOfHiddenVariablesCannotBeShared() throws IOException {
        String source = "#include \"sampled.bpf.h\"\nextern struct gate gate __hidden;\n";

        assertBpfException(() -> load(source).close())
                .hasMessage(
                        "mapping of section .data.gate of object sampled: libbpf made its map without BPF_F_MMAPABLE,"
                                + " because all variables of the section are static or __hidden: remove __hidden from the"
                                + " variables that records declare");
    }

    @Test
    void aSectionWithALockCannotBeShared() throws IOException {
        String source = "#include \"sampled.bpf.h\"\nstruct bpf_spin_lock lock;\n";

        assertBpfException(() -> load(source).close(), "has a field that the kernel manages")
                .hasErrno(Errno.ENOTSUPP)
                .hasMessageContaining(
                        "section .bss"); // libbpf 1.1 leaves the mapping to Nestmap, and newer ones map it at load
    }

    @Test
    void aLockInASectionOfItsOwnDoesNotHinder() throws IOException {
        String source = """
                #include "sampled.bpf.h"

                static struct bpf_spin_lock lock SEC(".data.locks");

                SEC("tc")
                int locked(struct __sk_buff *skb __attribute__((unused)))
                {
                    struct bpf_spin_lock *held = &lock;

                    /* Before Linux 6.2, the verifier takes two loads of the address for two locks. */
                    asm volatile("" : "+r"(held));
                    bpf_spin_lock(held);
                    sample_stats.packets++;
                    bpf_spin_unlock(held);
                    return 0;
                }
                """;

        try (SampledBpf bpf = load(source)) {
            bpf.program("locked").testRun(new byte[64]);
            assertThat(bpf.sampleStats().get().packets()).isEqualTo(1);
        }
    }

    /** Both files define the variables. bpftool's linker keeps the first definitions, and both programs use them. */
    @Test
    void severalFilesOfAnObjectShareTheVariables() throws IOException {
        InstalledCommand.needInstalled("bpftool");
        String program = """
                #include "sampled.bpf.h"

                static __u64 runs_of_%1$s;

                SEC("xdp")
                int %1$s(struct xdp_md *ctx __attribute__((unused)))
                {
                    __sync_fetch_and_add(&sample_stats.packets, sample_config.sample_rate);
                    return limit + ++runs_of_%1$s;
                }
                """;
        Path one = compile("one", program.formatted("one"));
        Path two = compile("two", "unsigned mine = 1;\n" + program.formatted("two"));
        Path linked = directory.resolve("linked.bpf.o");
        InstalledCommand.run("bpftool", "gen", "object", linked, one, two).succeeded();

        SampleConfig seven = new SampleConfig(7, CONFIG.vip(), Mode.COUNT, false, CONFIG.ports());
        try (SampledBpf bpf = SampledBpf.load(linked, seven, LIMIT, GATE)) {
            assertThat(bpf.program("one").testRun(new byte[64]).returnValue()).isEqualTo(11);
            assertThat(bpf.program("two").testRun(new byte[64]).returnValue()).isEqualTo(11);
            assertThat(bpf.sampleStats().get().packets()).isEqualTo(14);
            assertThat(bpf.gate().get()).isEqualTo(GATE);
        }
    }

    /** Code without the generated class loads the object too: the variables have the values of the file. */
    @Test
    void anObjectLoadsWithoutItsRecords() {
        try (LoadedObject object = Nestmap.open(BpfObjects.of("sampled")).load()) {
            assertThat(object.program("read_others").testRun(new byte[64]).returnValue())
                    .isEqualTo(7_424_140);
        }
    }
}
