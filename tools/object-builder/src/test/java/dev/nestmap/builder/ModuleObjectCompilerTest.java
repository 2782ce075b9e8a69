/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.btf.Architecture;
import dev.nestmap.btf.ObjectFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs whole builds with the newest installed clang. */
@Tag("clang")
class ModuleObjectCompilerTest extends BuildTest {
    private static final String PROBE = """
            #include <linux/bpf.h>
            #include "registers.h"
            #include <bpf/bpf_helpers.h>
            #include <bpf/bpf_tracing.h>

            SEC("kprobe/do_unlinkat")
            int BPF_KPROBE(probe, int directory)
            {
            	return directory;
            }
            """;

    @Test
    void compilesOnce() throws Exception {
        assertThat(build()).singleElement().asString().startsWith("INFO Compiling 1 BPF program with clang ");
        assertThat(module.object()).isNotEmptyFile();
        assertThat(module.layout().stagedObject(Module.PROGRAM)).doesNotExist();

        touch(module.object());
        touch(module.header());
        assertThat(build()).containsExactly(UP_TO_DATE);
        assertThat(Files.getLastModifiedTime(module.object())).isEqualTo(FileTime.fromMillis(0));
    }

    @Test
    @Tag("long")
    void compilesAgainWhenSomethingItDependsOnChanged() throws Exception {
        build();

        module.edit(module.source(), "XDP_PASS", "XDP_DROP");
        assertRebuilds();
        module.edit(module.header(), "/* Generated", "/* Newly generated");
        assertRebuilds();
        module.edit(module.schema(), "com.acme", "com.example");
        assertRebuilds();
        arguments.add("-mcpu=v2");
        assertRebuilds();
        Files.writeString(module.object(), "damaged");
        assertRebuilds();
        Files.delete(module.object());
        assertRebuilds();
        module.write(module.layout().sources().resolve("bpf_helpers.h"), "");
        assertRebuilds();
    }

    /** Gradle has a directory of its own for objects. */
    @Test
    void compilesAgainIfTheDirectoryOfObjectsChanges() throws Exception {
        for (String name : List.of("first", "second")) {
            ModuleLayout layout = module.layout();
            Path objects = layout.base().resolve(name);
            module = new Module(
                    new ModuleLayout(layout.base(), layout.sources(), layout.output(), objects, layout.work()));

            build();

            assertThat(objects.resolve("META-INF/bpf/com/acme/tenant_flows.bpf.o"))
                    .isNotEmptyFile();
        }
    }

    @Test
    void compilesAgainWithAnotherClang() throws Exception {
        List<ClangInstallation> installed = Toolchain.all().toList();
        assumeTrue(installed.size() > 1, "only one clang is installed");

        for (ClangInstallation each : installed.subList(0, 2)) {
            clang = each.executable().toString();
            assertRebuilds();
        }
    }

    @Test
    void compilesOnlyWhatChanged() throws Exception {
        module.write(module.layout().source("other"), program("other"));
        assertThat(build()).singleElement().asString().contains("Compiling 2 BPF programs");
        touch(module.object());

        module.write(module.layout().source("other"), program("another"));
        assertThat(build()).singleElement().asString().contains("Compiling 1 BPF program with");
        assertThat(Files.getLastModifiedTime(module.object())).isEqualTo(FileTime.fromMillis(0));
    }

    @Test
    void replacesNoObjectIfOneFails() throws Exception {
        build();
        byte[] before = Files.readAllBytes(module.object());
        module.edit(module.source(), "XDP_PASS", "XDP_DROP");
        Path broken = module.layout().source("zz_broken");
        module.write(broken, "int x = y;\nint z = w;\n");

        List<String> log = failure("2 errors in 1 BPF program. No object was replaced. See the errors above.");
        assertThat(log)
                .contains("ERROR " + broken + ":[1,9] use of undeclared identifier 'y'")
                .contains("ERROR " + broken + ":[2,9] use of undeclared identifier 'w'");
        assertThat(module.object()).hasBinaryContent(before);
        assertThat(module.layout().object("zz_broken")).doesNotExist();
        assertThat(module.layout().stagedObject(Module.PROGRAM)).doesNotExist();

        Files.delete(broken);
        assertThat(build()).singleElement().asString().contains("Compiling 1 BPF program with");
    }

    @Test
    void namesTheForgottenHeader() {
        module.edit(module.source(), "#include \"tenant_flows.bpf.h\"", "#include <linux/bpf.h>");

        List<String> log = failure("");
        assertThat(log)
                .contains("ERROR " + module.source()
                        + ": its maps and types are in \"tenant_flows.bpf.h\"; #include it first");
    }

    @Test
    void namesNoHeaderForOtherErrors() {
        module.edit(module.source(), "XDP_PASS", "XDP_PAS");
        List<String> misspelt = failure("");
        Path header = module.header();
        module.edit(header, "#include <bpf/bpf_helpers.h>", "#include \"my_typs.h\"");
        List<String> missingInHeader = failure("");
        module.edit(module.source(), "#include \"tenant_flows", "#include \"vmlinux.h\"\n#include \"tenant_flows");
        List<String> missing = failure("");

        assertThat(misspelt).noneMatch(line -> line.contains("#include it first"));
        assertThat(missingInHeader)
                .noneMatch(line -> line.contains("#include it first"))
                .anyMatch(line -> line.contains("'my_typs.h' file not found"));
        assertThat(missing).noneMatch(line -> line.contains("#include it first"));
    }

    /** A record that is called Iphdr. The errors that follow from the first one are left out. */
    @Test
    void saysHowToRenameATypeThatAHeaderOfTheKernelDefines() {
        module.edit(
                module.header(),
                "#include <bpf/bpf_helpers.h>",
                "#include <bpf/bpf_helpers.h>\nstruct iphdr { __u32 source; __u16 port; };\n"
                        + "_Static_assert(__builtin_offsetof(struct iphdr, port) == 4, \"port\");");
        module.edit(module.source(), "#include \"tenant_flows", "#include <linux/ip.h>\n#include \"tenant_flows");
        List<String> log = failure("1 error in 1 BPF program");
        assertThat(log)
                .filteredOn(line -> line.contains("redefinition of 'iphdr'"))
                .hasSize(1);
        assertThat(log)
                .noneMatch(line -> line.contains("has no member") || line.contains("no member named"))
                .last()
                .isEqualTo(
                        "ERROR the records define iphdr in C, and linux/ip.h does, too: give the record or enum another name in C, for"
                                + " example @Name(\"my_iphdr\"), or declare that it is the type of this header with @External(header ="
                                + " \"linux/ip.h\")");
    }

    /** Names that only a program with vmlinux.h can't use: javac does not know which headers it includes. */
    @Test
    void saysHowToRenameTypesThatVmlinuxDefines() throws Exception {
        Files.writeString(
                module.source().resolveSibling("vmlinux.h"),
                "enum state { NEW_STATE };\nstruct proto { int x; };\nstruct key_info { int x; };\ntypedef struct { int x; } seen;\n"
                        + "enum other { OPEN };\n");
        module.edit(
                module.header(),
                "#include <bpf/bpf_helpers.h>",
                "#include <bpf/bpf_helpers.h>\nenum proto { ICMP };\nenum state { NEW, OPEN };\nstruct key_info { __u32 cpu; };\n"
                        + "struct { int x; } seen SEC(\".maps\");");
        module.edit(module.source(), "#include \"tenant_flows", "#include \"vmlinux.h\"\n#include \"tenant_flows");

        assertThat(failure(""))
                .filteredOn(line -> line.contains("the records define"))
                .hasSize(5);
    }

    @Test
    void warnsOfProgramsWithOtherNames() throws Exception {
        Path program = module.source();
        Files.move(program, program.resolveSibling("tenant_flows.c"));

        assertThat(build())
                .containsExactly(
                        "INFO No BPF programs to compile in " + module.layout().sources(),
                        "WARN Ignored [tenant_flows.c] in " + module.layout().sources()
                                + ": names of BPF programs end with .bpf.c");
    }

    @Test
    void failsIfAnObjectDiffersFromTheRecords() {
        module.edit(module.schema(), "max_entries: 64", "max_entries: 128");

        List<String> log = failure("1 error in 1 BPF program");
        assertThat(log.get(1)).startsWith("ERROR ").contains("max_entries 128 in the records, 64 in the object");
        assertThat(module.object()).doesNotExist();
    }

    @Test
    void logsWarnings() throws Exception {
        module.edit(module.source(), "return", "int unused;\n\treturn");

        assertThat(build())
                .contains("WARN " + module.source() + ":[12,6] unused variable 'unused' [-Wunused-variable]");
    }

    @Test
    void keepsAnObjectThatReplacesADeletedSource() throws Exception {
        module.write(module.layout().source("other"), program("other"));
        build();
        Files.delete(module.layout().source("other"));
        module.write(module.layout().object("other"), "copied from the resources");

        assertThat(build()).containsExactly(UP_TO_DATE);
        assertThat(module.layout().object("other")).hasContent("copied from the resources");
    }

    @Test
    void deletesTheObjectOfADeletedSource() throws Exception {
        module.write(module.layout().source("other"), program("other"));
        module.write(module.layout().object("foreign"), "from elsewhere");
        build();
        Files.delete(module.layout().source("other"));

        assertThat(build())
                .containsExactly(
                        "INFO Deleted " + module.layout().object("other") + ", because its source no longer exists",
                        UP_TO_DATE);
        assertThat(module.layout().object("other")).doesNotExist();
        assertThat(module.layout().object("foreign")).exists();
        assertThat(build()).containsExactly(UP_TO_DATE);
    }

    @Test
    void doesNothingWithoutSources() throws Exception {
        module = Module.empty(directory.resolve("empty"));
        clang = "/no/such/clang";

        assertThat(build())
                .containsExactly(
                        "INFO No BPF programs to compile in " + module.layout().sources());
        assertThat(directory.resolve("empty")).doesNotExist();
    }

    @Test
    void theObjectMovesWithItsRecords() throws Exception {
        build();
        Path former = module.object();
        Path schema = module.schema();
        Path header = module.header();
        Path moved = module.layout().resources().resolve("net/acme/tenant_flows.schema");
        module.write(moved, Files.readString(schema).replace("com.acme", "net.acme"));
        module.write(module.layout().header(moved), Files.readString(header));
        Files.delete(schema);
        Files.delete(header);

        build();

        assertThat(former).doesNotExist();
        assertThat(module.layout().objects().resolve("META-INF/bpf/net/acme/tenant_flows.bpf.o"))
                .isNotEmptyFile();
    }

    @Test
    void rejectsTwoHeadersThatProgramsCouldInclude() throws Exception {
        Path schema = module.schema();
        module.write(module.layout().resources().resolve("net/acme/tenant_flows.schema"), Files.readString(schema));

        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> build(new RecordingLog()))
                .withMessageContaining("Types of two packages have headers with the name tenant_flows.bpf.h")
                .withMessageContaining("com/acme/tenant_flows.schema and ")
                .withMessageContaining("net/acme/tenant_flows.schema");
    }

    @Test
    void includesTheHeadersOfDependencies() throws Exception {
        Module library = Module.tenantFlows(directory.resolve("library"));
        dependencies.add(library.layout().output());
        Files.delete(module.header());
        Files.delete(module.schema());
        module.edit(module.source(), "\"tenant_flows", "\"com/acme/tenant_flows");

        build();
        assertThat(module.layout().objects().resolve("META-INF/bpf/com/acme/tenant_flows.bpf.o"))
                .as("the object is where the class of the dependency looks for it")
                .isNotEmptyFile();

        library.edit(library.header(), "/* Generated", "/* Newly generated");
        assertRebuilds();
    }

    /** Headers of the system are included in angle brackets. */
    @Test
    void noDependencyReplacesAHeaderOfTheSystem() throws Exception {
        Module library = Module.empty(directory.resolve("library"));
        for (String header : List.of("linux/bpf.h", "linux/types.h", "bpf/bpf_helpers.h", "bpf/bpf_helper_defs.h")) {
            library.write(library.layout().ownHeaders().resolve(header), "#error \"of a dependency\"\n");
        }
        dependencies.add(library.layout().output());

        build();

        assertThat(module.object()).isNotEmptyFile();
    }

    /** The module's own header comes before that of a dependency with the same name. */
    @Test
    void noDependencyReplacesAHeaderOfTheModule() throws Exception {
        Module library = Module.empty(directory.resolve("library"));
        library.write(library.header(), "#error \"of a dependency\"\n");
        library.write(library.layout().ownHeaders().resolve("mine.h"), "#error \"of a dependency\"\n");
        dependencies.add(library.layout().output());
        module.write(module.layout().sources().resolve("mine.h"), "#define MINE 1\n");
        module.edit(module.source(), "#include", "#include <mine.h>\n#include \"mine.h\"\n#include");

        build();

        assertThat(module.object()).isNotEmptyFile();
    }

    @Test
    void explainsAMissingGeneratedHeader() throws Exception {
        Files.delete(module.header());

        List<String> log = failure("");
        assertThat(log)
                .anyMatch(line ->
                        line.startsWith("ERROR " + module.source() + ":[2,10] 'tenant_flows.bpf.h' file not found"))
                .anyMatch(line -> line.contains("annotationProcessorPaths"));
    }

    @Test
    void explainsAMissingSystemHeader() {
        module.edit(module.source(), "#include", "#include <bpf/no_such.h>\n#include");

        assertThatExceptionOfType(ToolchainException.class)
                .isThrownBy(() -> build(new RecordingLog()))
                .withMessageContaining("tenant_flows.bpf.c:[2,10] 'bpf/no_such.h' file not found")
                .withMessageContaining("libbpf-dev");
    }

    /** A program that reads registers gets an object for each architecture, and any other program one for all. */
    @Test
    void compilesForSeveralArchitectures() throws Exception {
        module = Module.empty(directory.resolve("probes"));
        writeRegisters("x86", "struct pt_regs { long r15, r14[13], rdi; };");
        writeRegisters(
                "arm64",
                "struct user_pt_regs { unsigned long long regs[31], sp, pc, pstate; };"
                        + " struct pt_regs { struct user_pt_regs user_regs; };");
        module.write(module.layout().source("pass"), program("pass"));
        module.write(module.layout().source("probe"), PROBE);
        architectures.addAll(List.of("x86", "aarch64"));

        build();

        assertThat(ModuleLayout.names(objects(), ".bpf.o")).containsExactly("pass", "probe.arm64", "probe.x86");
        assertThat(architecture("probe.arm64")).contains(Architecture.ARM64);
        assertThat(architecture("probe.x86")).contains(Architecture.X86);
        assertThat(build()).containsExactly(UP_TO_DATE);
        assertThat(ModuleLayout.files(module.layout().work(), ".o")).isEmpty();

        architectures.remove("aarch64");
        build();
        assertThat(ModuleLayout.names(objects(), ".bpf.o")).containsExactly("pass", "probe");

        architectures.add("arm64");
        build();
        Files.delete(module.layout().source("probe"));
        build();
        assertThat(ModuleLayout.names(objects(), ".bpf.o")).containsExactly("pass");
    }

    @Test
    void explainsMissingRegistersOfAnotherArchitecture() {
        module = Module.empty(directory.resolve("probes"));
        writeRegisters("x86", "struct pt_regs { long r15, r14[13], rdi; };");
        writeRegisters("arm64", "");
        module.write(module.layout().source("probe"), PROBE);
        architectures.addAll(List.of("x86", "arm64"));

        List<String> log = failure("1 error in 1 BPF program.");
        assertThat(log)
                .anyMatch(line -> line.startsWith("ERROR ") && line.contains("user_pt_regs"))
                .anyMatch(line -> line.startsWith("ERROR   compiled for arm64, whose registers are in")
                        && line.endsWith(
                                "vmlinux.h into " + module.layout().sources().resolve("arm64")));
    }

    @Test
    void explainsNoRegistersForOtherErrors() {
        module = Module.empty(directory.resolve("probes"));
        module.write(module.layout().source("pass"), program("pass").replace("return", "return missing +"));
        architectures.addAll(List.of("x86", "arm64"));

        assertThat(failure("1 error in 1 BPF program.")).endsWith("ERROR   compiled for x86");
    }

    @Test
    void rejectsArchitecturesThatItDoesNotKnow() {
        architectures.add("sparcv9");

        failure("Unknown architecture sparcv9. Known are x86, arm64, ");
    }

    @Test
    void rejectsArchitecturesInTwoPlaces() {
        architectures.add("arm64");
        arguments.add("-D__TARGET_ARCH_x86");

        assertThatExceptionOfType(BuildException.class)
                .isThrownBy(() -> build(new RecordingLog()))
                .withMessageEndingWith("Remove the argument");
    }

    private Path objects() {
        return module.layout().resources();
    }

    private Optional<Architecture> architecture(String object) throws Exception {
        Path file = objects().resolve(object + ".bpf.o");
        return ObjectFile.parse(file.toString(), Files.readAllBytes(file)).architecture();
    }

    private void writeRegisters(String architecture, String registers) {
        module.write(module.layout().sources().resolve(architecture).resolve("registers.h"), registers);
    }

    private void assertRebuilds() throws Exception {
        assertThat(build()).anyMatch(line -> line.startsWith("INFO Compiling 1 BPF program with clang "));
        assertThat(build()).containsExactly(UP_TO_DATE);
    }

    private static String program(String function) {
        return "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\nSEC(\"xdp\") int " + function
                + "(void *context) { return XDP_PASS; }\n";
    }

    private static void touch(Path file) throws Exception {
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    }
}
