/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With objects that the clang of this machine makes. */
class ObjectCheckTest {
    @TempDir
    Path directory;

    private Module module;

    @BeforeEach
    void createModule() {
        module = Module.tenantFlows(directory);
    }

    @Test
    void anObjectOfItsHeaderHasNoProblems() throws IOException {
        assertThat(problems(Module.PROGRAM)).isEmpty();
    }

    @Test
    void eachDifferenceIsALine() throws IOException {
        module.edit(schema(), "max_entries: 64", "max_entries: 128");
        module.edit(schema(), "field bytes", "field octets");

        assertThat(problems(Module.PROGRAM))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .startsWith(module.layout().source(Module.PROGRAM)
                                + ": differs from com.acme.TenantFlows: map tenant"))
                .anySatisfy(line ->
                        assertThat(line).contains("field").contains("octets").contains("bytes"))
                .anySatisfy(line -> assertThat(line).contains("max_entries 128 in the records, 64 in the object"));
    }

    @Test
    void asksForTheIncludeThatIsMissing() throws IOException {
        module.write(
                module.layout().source(Module.PROGRAM),
                "#include <linux/bpf.h>\n#include <bpf/bpf_helpers.h>\nSEC(\"xdp\") int f(void *c) { return XDP_PASS; }\n");

        assertThat(problems(Module.PROGRAM))
                .containsExactly(module.layout().source(Module.PROGRAM)
                        + ": the maps of com.acme.TenantFlows are not in the object; does the source"
                        + " #include \"tenant_flows.bpf.h\"?");
    }

    @Test
    void anObjectOfAnotherNameIsComparedWithTheHeadersThatItIncludes() throws IOException {
        Files.move(module.layout().source(Module.PROGRAM), module.layout().source("other"));
        assertThat(problems("other")).isEmpty();

        module.edit(schema(), "max_entries: 64", "max_entries: 128");
        assertThat(problems("other")).singleElement().asString().contains("max_entries 128");
    }

    @Test
    void anObjectWithoutSchemaHasNothingToDifferFrom() throws IOException {
        Files.delete(schema());

        assertThat(problems(Module.PROGRAM)).isEmpty();
    }

    @Test
    void theSchemasAreThoseOfTheNameAndOfTheHeaders() {
        Compilation.Result result = new Compilation.Result(
                "other",
                List.of(),
                Set.of(module.header(), module.layout().dependencyHeaders().resolve("flow.bpf.h")));

        assertThat(new ObjectCheck(module.layout()).schemas(result))
                .containsExactly(module.layout().schema("other"), schema());
    }

    @Test
    void refusesMapsWithoutBtf() throws IOException {
        assertThat(problems(Module.PROGRAM, "-g0"))
                .singleElement()
                .asString()
                .startsWith(module.layout().source(Module.PROGRAM) + ": the object can't be read: ")
                .contains("-g");
    }

    @Test
    void refusesASchemaOfAnotherFormat() throws IOException {
        module.edit(schema(), "nestmap-schema 1", "nestmap-schema 99");

        assertThat(problems(Module.PROGRAM))
                .singleElement()
                .asString()
                .startsWith(schema() + ": ")
                .contains("99")
                .contains("use one version of nestmap-processor and nestmap-maven-plugin");
    }

    private Path schema() {
        return module.layout().schema(Module.PROGRAM);
    }

    private List<String> problems(String name, String... arguments) throws IOException {
        Compilation.Result result = module.compile(name, arguments);
        assertThat(result.diagnostics()).isEmpty();
        return new ObjectCheck(module.layout()).problems(result);
    }
}
