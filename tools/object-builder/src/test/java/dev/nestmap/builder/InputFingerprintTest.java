/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An object is compiled again only if its inputs have changed. */
class InputFingerprintTest {
    private static final List<String> SETTINGS = List.of("clang 19", "-O2");

    @TempDir
    Path directory;

    private Path file;
    private Path absent;
    private InputFingerprint fingerprint;

    @BeforeEach
    void take() throws IOException {
        file = Files.writeString(directory.resolve("with space.h"), "int x;");
        absent = directory.resolve("absent.schema");
        fingerprint = InputFingerprint.of(SETTINGS, List.of(file, absent));
    }

    @Test
    void isReadAsItWasWritten() throws IOException {
        Path stored = directory.resolve("stored");
        fingerprint.write(stored);

        assertThat(InputFingerprint.read(stored)).contains(fingerprint);
    }

    @Test
    void dependsOnContentAndNotOnDates() throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        assertThat(fingerprint.isCurrent(SETTINGS)).isTrue();

        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, "int y;");
        Files.setLastModifiedTime(file, time);
        assertThat(fingerprint.isCurrent(SETTINGS)).isFalse();
    }

    @Test
    void changesWhenAFileComesOrGoes() throws IOException {
        Files.writeString(absent, "");
        assertThat(fingerprint.isCurrent(SETTINGS)).isFalse();

        Files.delete(absent);
        assertThat(fingerprint.isCurrent(SETTINGS)).isTrue();

        Files.delete(file);
        assertThat(fingerprint.isCurrent(SETTINGS)).isFalse();
    }

    @Test
    void changesWithTheSettings() throws IOException {
        assertThat(fingerprint.isCurrent(List.of("clang 19", "-O1"))).isFalse();
        assertThat(fingerprint.isCurrent(List.of("clang 19 -O2"))).isFalse();
    }

    @Test
    void isEmptyForAnotherFormat() throws IOException {
        assertThat(InputFingerprint.read(absent)).isEmpty();
        assertThat(InputFingerprint.read(stored(""))).isEmpty();
        assertThat(InputFingerprint.read(stored("nestmap-fingerprint 1\nabc\nend\n")))
                .isEmpty();
        assertThat(InputFingerprint.read(stored("nestmap-fingerprint 2\nabc\ngarbage\nend\n")))
                .isEmpty();
    }

    @Test
    void isEmptyForATruncatedFile() throws IOException {
        Path stored = directory.resolve("stored");
        fingerprint.write(stored);
        List<String> lines = Files.readAllLines(stored);
        for (int kept = 0; kept < lines.size(); kept++) {
            Files.write(stored, lines.subList(0, kept));
            assertThat(InputFingerprint.read(stored)).as("%d lines", kept).isEmpty();
        }
    }

    @Test
    void leavesNoTemporaryFile() throws IOException {
        Path stored = Files.createDirectory(directory.resolve("work")).resolve("stored");
        fingerprint.write(stored);
        fingerprint.write(stored);

        try (Stream<Path> files = Files.list(directory.resolve("work"))) {
            assertThat(files).containsExactly(stored);
        }
    }

    private Path stored(String text) throws IOException {
        return Files.writeString(directory.resolve("stored"), text);
    }
}
