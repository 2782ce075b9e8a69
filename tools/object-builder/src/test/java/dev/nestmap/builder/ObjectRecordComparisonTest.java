/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks objects that the newest installed clang compiles. */
@Tag("clang")
class ObjectRecordComparisonTest {
    @TempDir
    Path directory;

    private Module module;

    @BeforeEach
    void createModule() {
        module = Module.tenantFlows(directory);
    }

    @Test
    void reportsEachDifference() throws IOException {
        module.edit(module.schema(), "max_entries: 64", "max_entries: 128");
        module.edit(module.schema(), "field bytes", "field octets");

        assertThat(problems(Module.PROGRAM))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .startsWith(module.source() + ": differs from com.acme.TenantFlows: map tenant"))
                .anySatisfy(line ->
                        assertThat(line).contains("field").contains("octets").contains("bytes"))
                .anySatisfy(line -> assertThat(line).contains("max_entries 128 in the records, 64 in the object"));
    }

    @Test
    void reportsAMissingProgramAndAnotherSection() throws IOException {
        String schema = Files.readString(module.schema());
        String file = module.source() + ": differs from com.acme.TenantFlows: ";

        module.write(module.schema(), schema + "\nprogram count: xdp\n");
        assertThat(problems(Module.PROGRAM)).isEmpty();

        module.write(module.schema(), schema + "\nprogram cuont: xdp\n");
        assertThat(problems(Module.PROGRAM))
                .containsExactly(
                        file + "program cuont: declared by @BpfProgram, missing in the object: did you mean count?");

        module.write(module.schema(), schema + "\nprogram count: tc\n");
        assertThat(problems(Module.PROGRAM))
                .containsExactly(file + "program count: SEC(\"tc\") in @BpfProgram, SEC(\"xdp\") in the object");
    }

    @Test
    void rejectsASectionThatLibbpfDoesNotKnow() throws IOException {
        Path source = module.source();
        String schema = Files.readString(module.schema());
        module.edit(source, "SEC(\"xdp\")", "SEC(\"xpd\")");
        assertThat(problems(Module.PROGRAM))
                .containsExactly(
                        source + ": program count: it is in section \"xpd\", and libbpf knows no such section, so the"
                                + " program has no type; write SEC(\"xdp\"), or keep the section and give the program a type in Java:"
                                + " @BpfProgram(value = \"count\", section = \"xpd\", loadAs = \"xdp\")");

        module.write(module.schema(), schema + "\nprogram count: xpd\n  load_as: xdp\n");
        assertThat(problems(Module.PROGRAM)).isEmpty();

        module.edit(source, "SEC(\"xpd\")", "SEC(\"?from-container\")");
        module.write(module.schema(), schema);
        assertProblem(Module.PROGRAM)
                .contains("section \"from-container\"", "; use a section that libbpf knows, or give the program");
    }

    @Test
    void notesCountsThatGetLost() throws IOException {
        Path source = module.source();
        module.edit(module.header(), "_HASH)", "_PERCPU_HASH)");
        module.edit(module.schema(), "inner, BPF_MAP_TYPE_HASH", "inner, BPF_MAP_TYPE_PERCPU_HASH");
        module.edit(source, "SEC(\"xdp\")", "SEC(\"cgroup_skb/egress\")");
        assertThat(notes())
                .singleElement()
                .asString()
                .startsWith(source
                        + ": [NM-504] program count (SEC(\"cgroup_skb/egress\")) may lose counts of the per-CPU map ");

        module.write(module.schema(), Files.readString(module.schema()) + "\nprogram count: cgroup_skb/egress\n");
        assertThat(notes()).isEmpty();
    }

    private List<String> notes() throws IOException {
        return new ObjectRecordComparison(module.layout())
                .compare(module.compile(Module.PROGRAM))
                .notes();
    }

    @Test
    void looksForProgramsOnlyInTheObjectOfTheSameName() throws IOException {
        Files.move(module.source(), module.layout().source("other"));
        module.write(module.schema(), Files.readString(module.schema()) + "\nprogram elsewhere: xdp\n");

        assertThat(problems("other")).isEmpty();
    }

    @Test
    void asksForTheMissingInclude() throws IOException {
        module.write(
                module.source(),
                "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\nSEC(\"xdp\") int f(void *c) { return XDP_PASS; }\n");

        assertThat(problems(Module.PROGRAM))
                .containsExactly(module.source()
                        + ": the object does not have the maps of com.acme.TenantFlows;"
                        + " #include \"tenant_flows.bpf.h\" in the source");
    }

    @Test
    void comparesAnObjectWithTheHeadersThatItIncludes() throws IOException {
        Files.move(module.source(), module.layout().source("other"));
        assertThat(problems("other")).isEmpty();

        module.edit(module.schema(), "max_entries: 64", "max_entries: 128");
        assertProblem("other").contains("max_entries 128");
    }

    @Test
    void acceptsAnObjectWithoutSchema() throws IOException {
        Files.delete(module.schema());

        assertThat(problems(Module.PROGRAM)).isEmpty();
    }

    @Test
    void findsSchemasByNameAndByHeader() {
        ClangCompiler.Result result = new ClangCompiler.Result(
                "other",
                null,
                module.layout().stagedObject("other"),
                List.of(),
                Set.of(module.header(), module.layout().dependencyHeaders().resolve("flow.bpf.h")),
                FileTime.fromMillis(0));

        assertThat(new ObjectRecordComparison(module.layout()).schemas(result))
                .containsExactlyInAnyOrder(module.layout().schema("other"), module.schema());
    }

    @Test
    void comparesAnObjectWithTheRecordsOfADependency() throws IOException {
        Path header = module.layout().dependencyHeaders().resolve("com/acme/tenant_flows.bpf.h");
        Path schema = module.layout().dependencyFiles().resolve("com/acme/tenant_flows.schema");
        module.edit(module.source(), "\"tenant_flows", "\"com/acme/tenant_flows");
        Files.createDirectories(header.getParent());
        Files.createDirectories(schema.getParent());
        Files.move(module.header(), header);
        Files.move(module.schema(), schema);
        assertThat(problems(Module.PROGRAM)).isEmpty();

        module.write(schema, Files.readString(schema) + "\nprogram cuont: xdp\n");
        assertProblem(Module.PROGRAM).contains("program cuont", "did you mean count?");
    }

    @Test
    void rejectsMapsWithoutBtf() throws IOException {
        assertProblem(Module.PROGRAM, "-g0")
                .startsWith(module.source() + ": Nestmap can't read the object: ")
                .contains("-g");
    }

    @Test
    void rejectsASchemaInAnotherFormat() throws IOException {
        module.edit(module.schema(), "nestmap-schema 1", "nestmap-schema 99");

        assertProblem(Module.PROGRAM)
                .startsWith(module.schema() + ": ")
                .contains("99")
                .contains("use the same version of nestmap-processor and of nestmap-maven-plugin");
    }

    private AbstractStringAssert<?> assertProblem(String name, String... arguments) throws IOException {
        return assertThat(problems(name, arguments)).singleElement(InstanceOfAssertFactories.STRING);
    }

    private List<String> problems(String name, String... arguments) throws IOException {
        ClangCompiler.Result result = module.compile(name, arguments);
        assertThat(result.diagnostics()).isEmpty();
        return new ObjectRecordComparison(module.layout()).compare(result).problems();
    }
}
