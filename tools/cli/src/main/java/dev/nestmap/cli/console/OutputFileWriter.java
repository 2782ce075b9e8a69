/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.console;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Writes the files that a user requests, and explains failures. */
public final class OutputFileWriter {
    private OutputFileWriter() {}

    /**
     * Creates a file, with its directories. The file gets its name when it is complete: a full disk or a killed process leaves an existing
     * file as it is.
     *
     * @param force whether to replace an existing file
     */
    public static void create(Path file, String content, boolean force) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            if (!force && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new CommandFailedException(file
                        + (Files.isSymbolicLink(file)
                                ? " is a symbolic link to " + Files.readSymbolicLink(file)
                                        + "; --force replaces the link"
                                : " exists; --force replaces it"));
            }
            Path part = file.resolveSibling(
                    "." + file.getFileName() + "." + ProcessHandle.current().pid());
            try {
                // A killed process with this number left it. In a container, each process may have the same number.
                Files.deleteIfExists(part);
                Files.writeString(part, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                if (force) {
                    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
                } else {
                    Files.move(part, file);
                }
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static CommandFailedException failure(Path file, IOException e) {
        String start = "the file " + file + " can't be written: ";
        Path whole = file.toAbsolutePath();
        Path part = Objects.requireNonNull(whole.getRoot());
        for (Path name : whole) {
            part = part.resolve(name);
            if (Files.isSymbolicLink(part) && !Files.exists(part)) {
                return new CommandFailedException(start + part + " is a symbolic link to " + target(part)
                        + ", which does not exist; create it, or name another place");
            }
            if (!part.equals(whole) && Files.exists(part) && !Files.isDirectory(part)) {
                return new CommandFailedException(start + part + " is not a directory");
            }
        }
        if (e instanceof AccessDeniedException denied) {
            return new CommandFailedException(start + "this user may not write to " + denied.getFile());
        }
        boolean isNamed = e instanceof FileSystemException reasoned && reasoned.getReason() == null;
        return new CommandFailedException(start + (isNamed || e.getMessage() == null ? e.toString() : e.getMessage()));
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "a file that can't be read";
        }
    }
}
