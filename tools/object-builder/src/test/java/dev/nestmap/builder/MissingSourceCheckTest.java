/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A module with maps and without a program is reported. */
@Tag("clang")
class MissingSourceCheckTest {
    private static final String REMEDY =
            "Write this program. If another module compiles it, bind the goal compile only in that module. Or load a file"
                    + " with load(Path)";

    @TempDir
    Path directory;

    private Module module;

    @BeforeEach
    void createModule() {
        module = Module.tenantFlows(directory);
        module.write(module.layout().output().resolve("com/acme/TenantFlowsBpf.class"), "");
    }

    private List<String> warnings() throws IOException {
        return new MissingSourceCheck(module.layout()).warnings();
    }

    private String warning(String remedy) {
        return "There is no " + module.source()
                + ", so com.acme.TenantFlowsBpf.load() will not find tenant_flows.bpf.o. " + remedy;
    }

    @Test
    void anObjectWithAProgramIsComplete() throws IOException {
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aModuleWithoutAnyProgramIsReported() throws Exception {
        Files.delete(module.source());
        RecordingLog log = new RecordingLog();
        new ModuleObjectCompiler(
                        module.layout(),
                        new ModuleObjectCompiler.Options(null, List.of(), List.of(), List.of(), List.of()),
                        log)
                .run();

        assertThat(log.lines())
                .containsExactly(
                        "WARN " + warning(REMEDY),
                        "INFO No BPF programs to compile in " + module.layout().sources());
    }

    @Test
    void aProgramWithASimilarNameIsNamed() throws IOException {
        Path similar = module.layout().source("tenant_flow");
        Files.move(module.source(), similar);

        assertThat(warnings())
                .containsExactly(warning("The name of " + similar
                        + " is similar, but no @BpfObject has it: rename the file or the @BpfObject"));
    }

    @Test
    void anObjectFromElsewhereIsComplete() throws IOException {
        Files.delete(module.source());
        module.write(module.object(), "");

        assertThat(warnings()).isEmpty();
    }

    /** A program that reads registers has an object for each architecture, and none for all. */
    @Test
    void objectsOfSeveralArchitecturesAreFound() throws IOException {
        Path object = module.object().resolveSibling("tenant_flows.arm64.bpf.o");
        Files.createDirectories(object.getParent());
        Files.copy(module.stagedObject(Module.PROGRAM), object);
        Files.delete(module.source());
        assertThat(warnings()).isEmpty();

        module.edit(module.schema(), "max_entries: 64", "max_entries: 128");
        assertThat(warnings()).singleElement(STRING).contains("were changed after " + object + " was built");
        assertThat(new MissingSourceCheck(module.layout()).older()).isEqualTo(warnings());
    }

    /** Nothing compiles the program here, but the records have changed. */
    @Test
    void anObjectThatIsOlderThanItsRecordsIsReported() throws IOException {
        Files.createDirectories(module.object().getParent());
        Files.copy(module.stagedObject(Module.PROGRAM), module.object());
        Files.delete(module.source());
        assertThat(warnings()).isEmpty();

        module.edit(module.schema(), "max_entries: 64", "max_entries: 128");
        String warning = "The records of com.acme.TenantFlows were changed after " + module.object()
                + " was built, so com.acme.TenantFlowsBpf.load() will refuse it: ";
        assertThat(warnings())
                .singleElement(STRING)
                .startsWith(warning)
                .contains("128 in the records, 64 in the object");
        module.write(module.source(), "");
        assertThat(warnings()).as("it is compiled").isEmpty();
        assertThat(new ToolchainException("There is no clang.").skipped(module.layout()))
                .as("without clang, it is not")
                .contains("There is no clang.\n" + warning);
    }

    @Test
    void sharedTypesAndForeignObjectsNeedNoProgram() throws IOException {
        Files.delete(module.source());
        module.edit(module.schema(), "header tenant_flows.bpf.h", "object tenant_flows");
        assertThat(warnings()).as("existing = true").isEmpty();

        module.edit(module.schema(), "object tenant_flows", "header tenant_flows.bpf.h");
        Files.delete(module.layout().output().resolve("com/acme/TenantFlowsBpf.class"));
        assertThat(warnings()).as("not an object").isEmpty();
    }
}
