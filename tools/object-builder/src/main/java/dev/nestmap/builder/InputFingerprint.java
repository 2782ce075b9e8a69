/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Hashes of all inputs of an object. They cover the contents of files, not their dates: a new checkout causes no compilation, but restoring
 * an older file does.
 *
 * @param settings hash of compiler, options and names of headers
 * @param files hash of each file that was read and of the object; {@code absent} for a missing file
 */
record InputFingerprint(String settings, SortedMap<Path, String> files) {
    private static final String FORMAT = "nestmap-fingerprint 2";
    private static final String END = "end";
    private static final String ABSENT = "absent";

    /** The fingerprint of the current files. */
    static InputFingerprint of(List<String> settings, Collection<Path> files) throws IOException {
        SortedMap<Path, String> hashes = new TreeMap<>();
        for (Path file : files) {
            hashes.put(file, Files.isRegularFile(file) ? hash(Files.readAllBytes(file)) : ABSENT);
        }
        return new InputFingerprint(hash(String.join("\n", settings).getBytes(StandardCharsets.UTF_8)), hashes);
    }

    /** The fingerprint of an earlier build. Empty if there is none or it has another format. */
    static Optional<InputFingerprint> read(Path from) throws IOException {
        if (!Files.isRegularFile(from)) {
            return Optional.empty();
        }
        List<String> lines = new String(Files.readAllBytes(from), StandardCharsets.UTF_8)
                .lines()
                .toList();
        int last = lines.size() - 1;
        if (last < 2 || !lines.get(0).equals(FORMAT) || !lines.get(last).equals(END)) {
            return Optional.empty();
        }
        SortedMap<Path, String> files = new TreeMap<>();
        for (String line : lines.subList(2, last)) {
            int space = line.indexOf(' ');
            if (space < 0) {
                return Optional.empty();
            }
            files.put(Path.of(line.substring(space + 1)), line.substring(0, space));
        }
        return Optional.of(new InputFingerprint(lines.get(1), files));
    }

    /** Writes the fingerprint for later builds, atomically. */
    void write(Path to) throws IOException {
        StringBuilder text =
                new StringBuilder(FORMAT).append('\n').append(settings).append('\n');
        for (Map.Entry<Path, String> file : files.entrySet()) {
            text.append(file.getValue()).append(' ').append(file.getKey()).append('\n');
        }
        text.append(END).append('\n');
        Path staged = to.resolveSibling(to.getFileName() + ".new");
        Files.writeString(staged, text);
        Files.move(staged, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A fingerprint of the same files that is never current. */
    InputFingerprint outdated() {
        return new InputFingerprint("outdated", files);
    }

    /** Whether the settings and all files are unchanged. */
    boolean isCurrent(List<String> settings) throws IOException {
        return equals(of(settings, files.keySet()));
    }

    /** Whether the fingerprint has this file, which exists and is different now. */
    boolean hasChanged(Path file) throws IOException {
        return files.containsKey(file)
                && Files.isRegularFile(file)
                && !hash(Files.readAllBytes(file)).equals(files.get(file));
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
