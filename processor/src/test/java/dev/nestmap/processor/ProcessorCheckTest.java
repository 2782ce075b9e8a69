/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.annotations.BpfObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls javac with the annotations on the class path, as a build without Nestmap's annotation processor does. */
class ProcessorCheckTest {
    private static final String ERROR = "error: javac does not run Nestmap's annotation processor, so the class";

    @TempDir
    Path directory;

    private Path records;
    private Path main;

    @BeforeEach
    void writeSources() throws IOException {
        records = write("Traffic.java", """
                package com.acme;
                import dev.nestmap.annotations.*;
                @BpfObject("traffic") public interface Traffic {
                    @BpfMap(maxEntries = 5) record Sent(@Key @U32 long to, @U64 long packets) {}
                }
                """);
        main = write("Main.java", """
                package com.acme;
                class Main {
                    void run(TrafficBpf bpf) {}
                }
                """);
    }

    @Test
    void aMissingProcessorIsNamedBesideTheMissingClass() throws Exception {
        assertThat(compile(List.of(), records, main))
                .contains("cannot find symbol")
                .containsOnlyOnce(ERROR)
                .contains("Traffic.java:3: " + ERROR + " com.acme.TrafficBpf and its C header are missing");
    }

    @Test
    void aClassThatWasGeneratedBeforeNeedsNoProcessor() throws Exception {
        Path others = write("Drops.java", Files.readString(records).replace("Traffic", "Drops"));
        Path generated = write("DropsBpf.java", "package com.acme; class DropsBpf {}");

        assertThat(compile(List.of("-proc:none"), records, others, generated))
                .contains(ERROR + " com.acme.TrafficBpf", "Remove -proc:none", "1 error");
    }

    @Test
    void aWrongRecordIsOnlyReportedByTheProcessor() throws Exception {
        Files.writeString(records, Files.readString(records).replace("@U64 long packets", "Thread packets"));

        assertThat(compile(List.of("-processorpath", System.getProperty("java.class.path")), records))
                .contains("Thread", "1 error")
                .doesNotContain(ERROR);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    /** Returns what javac prints. A javac in this process would find the processor on the class path of the tests. */
    private String compile(List<String> options, Path... sources) throws Exception {
        Path annotations = Path.of(BpfObject.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-cp",
                annotations.toString(),
                "-d",
                directory.toString()));
        command.addAll(options);
        List.of(sources).forEach(source -> command.add(source.toString()));
        Process javac = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(javac.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
