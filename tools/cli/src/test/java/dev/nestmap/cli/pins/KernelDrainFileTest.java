/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.pins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What `nestmap drain` has reported as saved is in the file, wherever in a line the disk becomes full. */
@KernelTest
class KernelDrainFileTest {
    private static final int LINE = 1_500;

    /** More than a page: the end of the disk is at a different place of a line in each round. */
    private static final int MOST_BEFORE = 4_608;

    @TempDir
    Path directory;

    @Test
    void keepsWholeLinesIfTheDiskBecomesFull() throws Exception {
        for (int before = 0; before < MOST_BEFORE; before += 256) {
            try (Mount disk = Mount.disk(directory, "32k")) {
                Path file = disk.directory().resolve("counts.jsonl");
                List<String> saved = saveUntilFull(file, before);
                assertThat(Files.readAllLines(file))
                        .as("first line of %d bytes", before)
                        .isEqualTo(saved);
            }
        }
    }

    /** Returns the lines for which {@link DrainFile#sync} has returned. */
    private static List<String> saveUntilFull(Path path, int before) throws IOException {
        List<String> saved = new ArrayList<>();
        try (DrainFile file = DrainFile.open(path)) {
            append(file, saved, before);
            assertThatThrownBy(() -> {
                        while (true) {
                            append(file, saved, LINE);
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
        }
        return saved;
    }

    private static void append(DrainFile file, List<String> saved, int length) throws IOException {
        String identity = "machine/boot/" + saved.size() + "/2026-11-26T00:00:00Z";
        String line = "{\"identity\":\"" + identity + "\",\"value\":\"" + "x".repeat(length) + "\"}";
        file.append(identity, out -> {
            out.accept(line + "\n");
            return true;
        });
        file.sync();
        saved.add(line);
    }
}
