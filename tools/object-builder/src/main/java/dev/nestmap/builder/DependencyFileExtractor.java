/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Copies the headers and schema texts of a module's dependencies from their jars to one directory. */
final class DependencyFileExtractor {
    /** The directory for all files of BPF objects in class directories and jars. */
    static final String FOLDER = "META-INF/bpf";

    /** The directory for headers in that directory. */
    static final String HEADERS = "include";

    /** The end of the names of generated headers. */
    static final String HEADER_SUFFIX = ".bpf.h";

    /** A part of a path that is not empty, {@code .} or {@code ..}. */
    private static final Pattern PART = Pattern.compile("(?!\\.\\.?$)[^\\\\\\p{Cntrl}]+");

    /** No header is as large: vmlinux.h has about three million bytes. */
    private static final int LARGEST = 64 << 20;

    /**
     * A file of a dependency.
     *
     * @param text its bytes as characters of ISO 8859-1, so that no byte is lost, whatever the encoding
     */
    private record Content(Path origin, String text) {}

    private final Map<String, Content> files = new TreeMap<>();

    private DependencyFileExtractor() {}

    /**
     * Makes a directory contain exactly the files of the dependencies. Files that are up to date are not rewritten.
     *
     * @param dependencies jars, and class directories of modules in the same build
     * @throws BuildException if two dependencies have different files with the same name
     */
    static void gather(List<Path> dependencies, Path into) throws IOException, BuildException {
        DependencyFileExtractor found = new DependencyFileExtractor();
        for (Path dependency : dependencies) {
            if (Files.isDirectory(dependency)) {
                found.addDirectory(dependency);
            } else if (dependency.toString().endsWith(".jar") && Files.exists(dependency)) {
                found.addJar(dependency);
            }
        }
        found.write(into);
    }

    private void addDirectory(Path dependency) throws IOException, BuildException {
        Path folder = dependency.resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path file : paths.filter(Files::isRegularFile).toList()) {
                String name = folder.relativize(file).toString();
                if (isWanted(name)) {
                    add(name, new Content(dependency, text(Files.readAllBytes(file))));
                }
            }
        }
    }

    private void addJar(Path dependency) throws IOException, BuildException {
        try (ZipFile jar = new ZipFile(dependency.toFile())) {
            for (ZipEntry entry :
                    jar.stream().filter(DependencyFileExtractor::isCollected).toList()) {
                String name = entry.getName().substring(FOLDER.length() + 1);
                byte[] bytes = jar.getInputStream(entry).readNBytes(LARGEST + 1);
                if (bytes.length > LARGEST) {
                    throw new BuildException(dependency + ": " + entry.getName() + " has more than " + LARGEST
                            + " bytes, which is too much for a header or schema text. Remove this dependency, or use"
                            + " another version");
                }
                add(name, new Content(dependency, text(bytes)));
            }
        } catch (ZipException e) {
            throw new BuildException("The dependency " + dependency + " is no jar, or is damaged: " + e.getMessage()
                    + ". Build it again, or delete it, so that it is downloaded again");
        }
    }

    /** Whether an entry is a file to collect. Rejects names that lead out of the directory. */
    private static boolean isCollected(ZipEntry entry) {
        String name = entry.getName();
        return name.startsWith(FOLDER + "/")
                && isWanted(name.substring(FOLDER.length() + 1))
                && Arrays.stream(name.substring(FOLDER.length() + 1).split("/", -1))
                        .allMatch(part -> PART.matcher(part).matches());
    }

    private void add(String name, Content content) throws BuildException {
        Content other = files.putIfAbsent(name, content);
        if (other != null && !other.text().equals(content.text())) {
            throw new BuildException("Two dependencies have different files with the name " + name + ": "
                    + other.origin() + " and " + content.origin()
                    + ". Remove one of these dependencies, or use versions with the same file.");
        }
    }

    /** Whether it is a schema text or a header. Not only a generated header, because these can include others. */
    private static boolean isWanted(String name) {
        return name.startsWith(HEADERS + "/") ? name.endsWith(".h") : name.endsWith(ModuleLayout.SCHEMA_SUFFIX);
    }

    private void write(Path into) throws IOException {
        Files.createDirectories(into);
        deleteOthers(into);
        for (Map.Entry<String, Content> each : files.entrySet()) {
            Path file = into.resolve(each.getKey());
            String text = each.getValue().text();
            if (!Files.exists(file) || !text(Files.readAllBytes(file)).equals(text)) {
                Files.createDirectories(file.getParent());
                Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
            }
        }
    }

    private void deleteOthers(Path into) throws IOException {
        Set<Path> kept = files.keySet().stream().map(into::resolve).collect(Collectors.toSet());
        try (Stream<Path> paths = Files.walk(into)) {
            // Reverse order deletes the files in a directory before the directory.
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                boolean isKept = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                        ? kept.stream().anyMatch(file -> !file.equals(path) && file.startsWith(path))
                        : kept.contains(path);
                if (!path.equals(into) && !isKept) {
                    Files.delete(path);
                }
            }
        }
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.ISO_8859_1);
    }
}
