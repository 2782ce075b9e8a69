/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is written as a whole or not at all, and never through a link. */
class OutputFileWriterTest {
    @TempDir
    private Path directory;

    @Test
    void namesALinkToNothingInThePath() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("src"), Path.of("/no/such/directory"));
        Path file = link.resolve("com/acme/A.java");

        assertThatThrownBy(() -> OutputFileWriter.create(file, "", true))
                .hasMessage("the file " + file + " can't be written: " + link
                        + " is a symbolic link to /no/such/directory, which does not exist; create it, or name another"
                        + " place");
    }

    @Test
    void neverWritesThroughALink() throws IOException {
        Path target = Files.writeString(directory.resolve("other"), "other");
        Path link = Files.createSymbolicLink(directory.resolve("A.java"), target);

        assertThatThrownBy(() -> OutputFileWriter.create(link, "source", false))
                .hasMessage(link + " is a symbolic link to " + target + "; --force replaces the link");
        OutputFileWriter.create(link, "source", true);
        assertThat(link).isRegularFile().hasContent("source");
        assertThat(target).hasContent("other");
    }

    /** A process that is killed while it writes leaves a part, and the existing file as it was. */
    @Test
    void writesAgainAfterAKill() throws IOException {
        Path file = Files.writeString(directory.resolve("A.java"), "first");
        Path part = directory.resolve(".A.java." + ProcessHandle.current().pid());
        Path other = Files.writeString(directory.resolve("other"), "other");
        Files.createSymbolicLink(part, other);
        OutputFileWriter.create(file, "second", true);
        assertThat(file).hasContent("second");
        assertThat(other).hasContent("other");
        assertThat(part).doesNotExist();
    }

    @Test
    void saysThatAFileIsNoDirectory() throws IOException {
        Path target = Files.writeString(directory.resolve("src"), "");
        assertThatThrownBy(() -> OutputFileWriter.create(target.resolve("com/A.java"), "", false))
                .hasMessageEndingWith("can't be written: " + target + " is not a directory");
    }

    @Test
    void anExistingFileStaysUnlessItIsForced() throws IOException {
        Path file = directory.resolve("com/acme/A.java");
        OutputFileWriter.create(file, "first", false);
        assertThatThrownBy(() -> OutputFileWriter.create(file, "second", false))
                .hasMessage(file + " exists; --force replaces it");
        assertThat(file).hasContent("first");
        OutputFileWriter.create(file, "second", true);
        assertThat(file).hasContent("second");
        assertThat(file.getParent()).isDirectoryNotContaining(other -> !other.equals(file));
    }
}
