/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Generates {@code vmlinux.h}, the types of a kernel, from the kernel's BTF. */
final class VmlinuxHeaderGenerator {
    static final String HEADER = "vmlinux.h";

    /** Names the running kernel instead of a file. */
    private static final String RUNNING = "kernel";

    private static final Path RUNNING_BTF = Path.of("/sys/kernel/btf/vmlinux");
    private static final String GUARD = "#ifndef __VMLINUX_H__";
    /** Debian has bpftool in a directory that is on the path of root only. */
    private static final List<Path> SYSTEM_PATH = List.of(Path.of("/usr/sbin"), Path.of("/sbin"));

    private final ModuleLayout layout;
    private final List<Path> searchPath;

    /**
     * @param searchPath the directories to search for bpftool
     */
    VmlinuxHeaderGenerator(ModuleLayout layout, List<Path> searchPath) {
        this.layout = layout;
        this.searchPath = Stream.concat(searchPath.stream(), SYSTEM_PATH.stream())
                .distinct()
                .toList();
    }

    /**
     * Generates the header, unless it is up to date.
     *
     * @param source {@code kernel} for the running kernel, or the path of a file with BTF: a raw file, or an ELF file such as vmlinux
     * @throws ToolchainException if bpftool is missing, or if the running kernel has no BTF
     * @throws BuildException if the file is missing or has no BTF, or if the module has a {@code vmlinux.h} of its own
     */
    void generate(String source, BuildLog log) throws IOException, ToolchainException, BuildException {
        Path btf = btf(source);
        Path own = layout.sources().resolve(HEADER);
        if (Files.exists(own)) {
            throw new BuildException(own + " hides the vmlinux.h that is generated from " + btf
                    + ". Move this file away, or do not ask for a generated one (Maven: nestmap.vmlinux, command line:"
                    + " --vmlinux)");
        }
        Path bpftool = bpftool();
        Path header = header();
        Path fingerprint = fingerprint();
        List<String> settings = List.of(
                bpftool.toString(), run(List.of(bpftool.toString(), "version")).text());
        Optional<InputFingerprint> last = InputFingerprint.read(fingerprint);
        if (last.isPresent()
                && last.get().files().containsKey(btf)
                && last.get().isCurrent(settings)) {
            return;
        }
        log.info("Generating " + header + " from " + btf);
        ProcessRunner.Output output =
                run(List.of(bpftool.toString(), "btf", "dump", "file", btf.toString(), "format", "c"));
        int start = output.text().indexOf(GUARD); // bpftool 7.8 writes a line about the running kernel before it
        if (output.exitCode() != 0 || start < 0) {
            throw new BuildException(bpftool + " can't read the BTF in " + btf + ": "
                    + output.text().lines().reduce((line, next) -> next).orElse("it prints nothing")
                    + ". Name a file with the BTF of a kernel, such as a copy of " + RUNNING_BTF);
        }
        Files.createDirectories(layout.vmlinux());
        Files.writeString(header, output.text().substring(start));
        InputFingerprint.of(settings, List.of(btf, header)).write(fingerprint);
    }

    /** Deletes the header of an earlier build, so that this build does not find it. */
    void delete() throws IOException {
        Files.deleteIfExists(header());
        Files.deleteIfExists(fingerprint());
    }

    private Path header() {
        return layout.vmlinux().resolve(HEADER);
    }

    private Path fingerprint() {
        return layout.vmlinux().resolve(HEADER + ModuleLayout.FINGERPRINT_SUFFIX);
    }

    private Path btf(String source) throws ToolchainException, BuildException {
        Path btf = source.equals(RUNNING) ? RUNNING_BTF : layout.base().resolve(source);
        if (!Files.isRegularFile(btf) || !Files.isReadable(btf)) {
            String problem = "Can't generate vmlinux.h: there is no readable file " + btf;
            if (btf.equals(RUNNING_BTF)) {
                throw new ToolchainException(problem
                        + ". Either this is a container that does not see it: mount the host's "
                        + RUNNING_BTF.getParent()
                        + ". Or the kernel was built without CONFIG_DEBUG_INFO_BTF: name a file with BTF instead of \""
                        + RUNNING + "\"");
            }
            throw new BuildException(
                    problem + ". Name a file with BTF, or \"" + RUNNING + "\" for the BTF of the running kernel");
        }
        return btf;
    }

    private Path bpftool() throws ToolchainException {
        return searchPath.stream()
                .map(directory -> directory.resolve("bpftool"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new ToolchainException("Generating vmlinux.h needs bpftool, which is in none of the"
                        + " directories " + searchPath + ". Install it (Debian and Fedora: package bpftool; Ubuntu:"
                        + " linux-tools-common and linux-tools-generic)"));
    }

    private ProcessRunner.Output run(List<String> command) throws IOException {
        return ProcessRunner.run(layout.base(), command);
    }
}
