/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nestmap.builder.Module;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks objects that the newest installed clang compiles. */
class CheckMojoTest {
    @TempDir
    Path directory;

    private final CheckMojo mojo = new CheckMojo();
    private final RecordingLog log = new RecordingLog();
    private Module module;
    private Path objects;

    @BeforeEach
    void configure() throws Exception {
        module = Module.tenantFlows(directory);
        objects = directory.resolve("src/main/resources/META-INF/bpf");
        Parameters parameters = new Parameters(mojo);
        parameters.setModule(module);
        parameters.set("objectDirectory", objects.toFile());
        mojo.setLog(log);
    }

    @Test
    void acceptsAnObjectThatFitsTheRecords() throws Exception {
        mojo.execute(); // a module without objects

        checkIn(Module.PROGRAM);
        mojo.execute();

        assertThat(log.lines()).isEmpty();
    }

    @Test
    void failsForObjectsThatDoNotLoadAndForOtherRecords() throws Exception {
        checkIn(Module.PROGRAM);
        module.edit(module.layout().schema(Module.PROGRAM), "max_entries: 64", "max_entries: 128");
        Files.writeString(objects.resolve("broken.bpf.o"), "text");

        assertThatExceptionOfType(MojoFailureException.class)
                .isThrownBy(mojo::execute)
                .withMessage("2 problems in checked-in objects; see above");
        assertThat(log.lines())
                .anySatisfy(line ->
                        assertThat(line).startsWith("ERROR ").contains("broken.bpf.o: file: ", "not an ELF file"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("ERROR ")
                        .contains(
                                "records of com.acme.TenantFlows: ",
                                "max_entries 128 in the records, 64 in the object"));
    }

    private void checkIn(String program) throws Exception {
        Files.createDirectories(objects);
        Files.copy(module.stagedObject(program), objects.resolve(program + ".bpf.o"));
    }
}
