/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nestmap.builder.Module;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks objects that the newest installed clang compiles. */
@Tag("jdk-independent")
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
        objects = configure(mojo, log, module);
    }

    /** Returns the directory with the objects. */
    private static Path configure(CheckMojo mojo, RecordingLog log, Module module) throws Exception {
        Path objects = module.layout().base().resolve("src/main/resources/META-INF/bpf");
        Parameters parameters = new Parameters(mojo);
        parameters.setModule(module);
        parameters.set("objectDirectory", objects.toFile());
        mojo.setLog(log);
        return objects;
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

    @Test
    void fragilePartsAreWarningsUnlessStrict() throws Exception {
        module.edit(module.layout().source(Module.PROGRAM), "#include \"tenant_flows.bpf.h\"", """
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

    /** In a process without capabilities. */
    @Test
    void needsNoPrivileges() throws Exception {
        checkIn(Module.PROGRAM);
        Files.writeString(objects.resolve("broken.bpf.o"), "text");
        List<String> command = new ArrayList<>();
        if (ProcessHandle.current().info().user().orElse("").equals("root")) {
            command.addAll(List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Unprivileged.class.getName(),
                directory.toString()));

        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
                .contains("CapEff:\t0000000000000000", "1 problem in checked-in objects; see above")
                .anySatisfy(line -> assertThat(line).contains("broken.bpf.o: file: ", "not an ELF file"));
    }

    private void checkIn(String program) throws Exception {
        Files.createDirectories(objects);
        Files.copy(module.stagedObject(program), objects.resolve(program + ".bpf.o"));
    }

    /** Runs the goal in another process. */
    static final class Unprivileged {
        private Unprivileged() {}

        public static void main(String[] args) throws Exception {
            Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .forEach(System.out::println);
            CheckMojo mojo = new CheckMojo();
            RecordingLog log = new RecordingLog();
            configure(mojo, log, Module.tenantFlows(Path.of(args[0])));
            try {
                mojo.execute();
            } catch (MojoFailureException e) {
                System.out.println(e.getMessage());
            }
            log.lines().forEach(System.out::println);
        }
    }
}
