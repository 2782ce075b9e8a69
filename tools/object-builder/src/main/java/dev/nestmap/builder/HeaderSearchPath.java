/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.btf.Architecture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Determines the directories in which clang searches headers. */
final class HeaderSearchPath {
    /** A member of a struct that consists of a tag alone, as bpftool prints it. */
    private static final Pattern EMBEDDED = Pattern.compile("\\t+(struct|union) \\w+;");

    private static final String ASM = "asm";

    private final ModuleLayout layout;
    private final List<Path> testedClasses;
    private final Path systemHeaders;

    /**
     * @param testedClasses class directories among the dependencies whose headers programs of tests can include without the package
     * @param systemHeaders usually {@code /usr/include}
     */
    HeaderSearchPath(ModuleLayout layout, List<Path> testedClasses, Path systemHeaders) {
        this.layout = layout;
        this.testedClasses = testedClasses;
        this.systemHeaders = systemHeaders;
    }

    /**
     * The options for clang. Clang finds headers of dependencies only in quotes. Otherwise a dependency with a header such as {@code
     * linux/bpf.h} would replace the header of the system.
     */
    List<String> options(ClangInstallation clang) throws IOException {
        return options(clang, null);
    }

    /**
     * The options for one of several architectures: its own directory in the sources ({@code src/main/bpf/arm64}) comes first. Of its kernel's
     * headers only {@code asm} comes before those of this machine. The others are the same for all architectures, but a package for a cross compiler
     * can have another version of them: then the objects of a program that reads no registers would differ.
     */
    List<String> options(ClangInstallation clang, @Nullable Architecture architecture) throws IOException {
        List<String> options = new ArrayList<>();
        Optional<Path> foreign = architecture == null ? Optional.empty() : foreign(architecture);
        if (architecture != null) {
            Path own = layout.sources().resolve(architecture.libbpfName());
            if (Files.isDirectory(own)) {
                options.addAll(List.of("-iquote" + own, "-I" + own));
            }
            if (foreign.isPresent()) {
                options.addAll(List.of("-isystem", onlyAsm(foreign.get(), architecture)));
            }
        }
        options.add("-iquote" + layout.ownHeaders()); // headers include each other with their packages
        ModuleLayout.packages(layout.ownHeaders()).forEach(directory -> options.add("-iquote" + directory));
        options.add("-iquote" + layout.sources()); // generated headers can include headers of the user
        options.add("-iquote" + layout.dependencyHeaders()); // one directory, so that they can include each other
        for (Path classes : testedClasses) {
            Path headers = classes.resolve(DependencyFileExtractor.FOLDER).resolve(DependencyFileExtractor.HEADERS);
            ModuleLayout.packages(headers)
                    .forEach(directory ->
                            options.add("-iquote" + layout.dependencyHeaders().resolve(headers.relativize(directory))));
        }
        options.add("-I" + layout.sources());
        foreign.ifPresent(directory -> options.addAll(List.of("-idirafter", directory.toString())));
        multiarch(clang).ifPresent(directory -> options.addAll(List.of("-idirafter", directory.toString())));
        for (Path directory : List.of(layout.sources(), layout.dependencyHeaders())) {
            if (embedsByTag(directory.resolve("vmlinux.h"))) {
                // Without them, clang leaves such members out, and the struct has another layout.
                options.addAll(List.of("-fms-extensions", "-Wno-microsoft-anon-tag"));
                break;
            }
        }
        return options;
    }

    /**
     * The names of all headers and schema texts in the directories of the module. They are part of the fingerprint, because clang may find a
     * new header before one that an earlier build used, and the object may belong to a new schema text.
     */
    List<String> names() {
        Stream<Path> headers = Stream.of(layout.sources(), layout.ownHeaders(), layout.dependencyHeaders())
                .flatMap(directory -> ModuleLayout.files(directory, ".h").stream());
        Stream<Path> schemas = Stream.of(layout.resources(), layout.dependencyFiles())
                .flatMap(directory -> ModuleLayout.files(directory, ModuleLayout.SCHEMA_SUFFIX).stream());
        return Stream.concat(headers, schemas).map(Path::toString).toList();
    }

    /**
     * The directory with {@code asm/types.h}, if clang does not search it by default. Debian has it in {@code
     * /usr/include/x86_64-linux-gnu}. Clang does not search that directory for BPF, but the kernel's other headers include
     * {@code asm/types.h}.
     */
    private Optional<Path> multiarch(ClangInstallation clang) throws IOException {
        if (hasAsmTypes(systemHeaders) || !Files.isDirectory(systemHeaders)) {
            return Optional.empty();
        }
        ProcessRunner.Output triple =
                ProcessRunner.run(layout.base(), List.of(clang.executable().toString(), "-print-target-triple"));
        Path own = systemHeaders.resolve(withoutVendor(triple.text().strip()));
        if (hasAsmTypes(own)) {
            return Optional.of(own);
        }
        // Debian's name can differ from clang's (i386-linux-gnu, arm-linux-gnueabihf). If there is more than one
        // directory, some belong to cross compilers.
        try (Stream<Path> directories = Files.list(systemHeaders)) {
            List<Path> found = directories.filter(HeaderSearchPath::hasAsmTypes).toList();
            return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
        }
    }

    /** The headers of another architecture's kernel: of Debian 13, or of a package for cross compilers. */
    private Optional<Path> foreign(Architecture architecture) {
        String triple = architecture.machine() + "-linux-gnu";
        return Architecture.ofThisMachine().equals(Optional.of(architecture))
                ? Optional.empty()
                : Stream.of(
                                systemHeaders.resolveSibling("lib/linux/uapi").resolve(architecture.libbpfName()),
                                systemHeaders.resolveSibling(triple).resolve("include"),
                                systemHeaders.resolve(triple))
                        .filter(HeaderSearchPath::hasAsmTypes)
                        .findFirst();
    }

    /** A directory that has only {@code asm} of these headers. */
    private String onlyAsm(Path headers, Architecture architecture) throws IOException {
        Path asm = headers.resolve(ASM);
        Path link = layout.asmHeaders(architecture).resolve(ASM);
        if (!Files.exists(link) || !Files.isSameFile(link, asm)) {
            Files.createDirectories(layout.asmHeaders(architecture));
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, asm);
        }
        return layout.asmHeaders(architecture).toString();
    }

    /** Whether structs in this header embed others by their tags alone, as in the BTF of Linux 7.3. */
    private static boolean embedsByTag(Path header) throws IOException {
        if (!Files.exists(header)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(header, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> EMBEDDED.matcher(line).matches());
        }
    }

    private static boolean hasAsmTypes(Path directory) {
        return Files.exists(directory.resolve(ASM).resolve("types.h"));
    }

    /** Converts {@code x86_64-pc-linux-gnu} to {@code x86_64-linux-gnu}. */
    private static String withoutVendor(String triple) {
        String[] parts = triple.split("-", 4);
        return parts.length == 4 ? String.join("-", parts[0], parts[2], parts[3]) : triple;
    }
}
