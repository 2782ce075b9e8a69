/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Collects the headers of a module's dependencies in one directory, which is on clang's include path. */
final class DependencyHeaders {
    /** The directory for generated headers in class directories and jars. */
    static final String FOLDER = "META-INF/bpf/include";

    /** The end of the names of generated headers. */
    static final String SUFFIX = ".bpf.h";

    /** A part of a path that is not empty, {@code .} or {@code ..}. */
    private static final Pattern PART = Pattern.compile("(?!\\.\\.?$)[^\\\\\\p{Cntrl}]+");

    private record Header(Path origin, String text) {}

    private final Map<String, Header> headers = new TreeMap<>();

    private DependencyHeaders() {}

    /**
     * Makes a directory contain exactly the headers of the dependencies. Headers that are up to date are not rewritten.
     *
     * @param dependencies jars, and class directories of modules in the same build
     * @throws BuildException if two dependencies have different headers with the same name
     */
    static void gather(List<Path> dependencies, Path into) throws IOException, BuildException {
        DependencyHeaders found = new DependencyHeaders();
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
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                add(folder.relativize(file).toString(), new Header(dependency, text(Files.readAllBytes(file))));
            }
        }
    }

    private void addJar(Path dependency) throws IOException, BuildException {
        try (ZipFile jar = new ZipFile(dependency.toFile())) {
            for (ZipEntry entry :
                    jar.stream().filter(DependencyHeaders::isInFolder).toList()) {
                String name = entry.getName().substring(FOLDER.length() + 1);
                add(name, new Header(dependency, text(jar.getInputStream(entry).readAllBytes())));
            }
        }
    }

    /** Whether an entry is in the header directory. Rejects names that lead out of it. */
    private static boolean isInFolder(ZipEntry entry) {
        String name = entry.getName();
        return name.startsWith(FOLDER + "/")
                && Arrays.stream(name.substring(FOLDER.length() + 1).split("/", -1))
                        .allMatch(part -> PART.matcher(part).matches());
    }

    private void add(String name, Header header) throws BuildException {
        if (!name.endsWith(".h")) { // not only generated headers: they can include others
            return;
        }
        Header other = headers.putIfAbsent(name, header);
        if (other != null && !other.text().equals(header.text())) {
            throw new BuildException("Two dependencies have different headers with the name " + name + ": "
                    + other.origin() + " and " + header.origin()
                    + ". Remove one of these dependencies, or use versions with the same header.");
        }
    }

    private void write(Path into) throws IOException {
        Files.createDirectories(into);
        deleteOthers(into);
        for (Map.Entry<String, Header> header : headers.entrySet()) {
            Path file = into.resolve(header.getKey());
            String text = header.getValue().text();
            if (!Files.exists(file) || !text(Files.readAllBytes(file)).equals(text)) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, text);
            }
        }
    }

    private void deleteOthers(Path into) throws IOException {
        List<Path> kept = headers.keySet().stream().map(into::resolve).toList();
        try (Stream<Path> paths = Files.walk(into)) {
            // Reverse order deletes the files in a directory before the directory.
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(into) && kept.stream().noneMatch(header -> header.startsWith(path))) {
                    Files.delete(path);
                }
            }
        }
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }
}
