/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nestmap.builder.Module;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks objects that the newest installed clang compiles. */
@Tag("clang")
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
        objects = module.layout().base().resolve("src/main/resources/META-INF/bpf");
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
        module.edit(module.schema(), "max_entries: 64", "max_entries: 128");
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

    @Test
    void fragilePartsAreWarningsUnlessStrict() throws Exception {
        module.edit(module.source(), "#include \"tenant_flows.bpf.h\"", """
                #include "tenant_flows.bpf.h"
                struct padded { __u32 a; __u8 b; };
                struct {
                    __uint(type, BPF_MAP_TYPE_HASH);
                    __uint(max_entries, 4);
                    __type(key, struct padded);
                    __type(value, __u32);
                } seen SEC(".maps");
                """);
        checkIn(Module.PROGRAM);

        mojo.execute();
        assertThat(log.lines())
                .singleElement()
                .asString()
                .startsWith("WARN ")
                .contains("map seen: its key has 3 unnamed");

        new Parameters(mojo).set("strict", true);
        assertThatExceptionOfType(MojoFailureException.class)
                .isThrownBy(mojo::execute)
                .withMessage("1 problem in checked-in objects; see above");
    }

    private void checkIn(String program) throws Exception {
        Files.createDirectories(objects);
        Files.copy(module.stagedObject(program), objects.resolve(program + ".bpf.o"));
    }
}
