/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.builder;

import dev.nestmap.btf.Architecture;
import dev.nestmap.schema.CountText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds the objects of one module. Replaces all objects whose programs changed, or none if one of them has a problem. */
public final class ModuleObjectCompiler {
    /**
     * Options of the user.
     *
     * @param clang the compiler, or null for the newest one
     * @param arguments options for clang
     * @param dependencies jars and class directories with headers
     * @param testedClasses the class directories among the dependencies that programs of tests test: the programs can include their headers
     *     without the package, as the headers of their own module
     * @param architectures the architectures that will load the objects, such as {@code x86} and {@code arm64}; empty for only that of this
     *     machine
     */
    public record Options(
            @Nullable String clang,
            List<String> arguments,
            List<Path> dependencies,
            List<Path> testedClasses,
            List<String> architectures) {
        /** Copies the lists. */
        public Options {
            arguments = List.copyOf(arguments);
            dependencies = List.copyOf(dependencies);
            testedClasses = List.copyOf(testedClasses);
            architectures = List.copyOf(architectures);
        }
    }

    private static final Path SYSTEM_HEADERS = Path.of("/usr/include");

    /** What an error says if registers of another architecture are unknown: the structs in bpf_tracing.h, or the header that has them. */
    private static final Pattern REGISTERS = Pattern.compile("pt_regs|user_regs_struct|'vmlinux\\.h' file not found");

    private final ModuleLayout layout;
    private final Options options;
    private final BuildLog log;
    private final ObjectRecordComparison comparison;

    /** Creates a build of one module. */
    public ModuleObjectCompiler(ModuleLayout layout, Options options, BuildLog log) {
        this.layout = layout;
        this.options = options;
        this.log = log;
        this.comparison = new ObjectRecordComparison(layout);
    }

    /**
     * Compiles the programs whose source, headers, schema text or settings changed, and checks the objects. Waits for another build of
     * the module first.
     *
     * @throws ToolchainException if clang or a system header is missing
     * @throws BuildException if a program does not compile or differs from the records; the log has the reasons
     */
    public void run() throws IOException, ToolchainException, BuildException {
        if (!Files.isDirectory(layout.work()) && layout.programs().isEmpty()) {
            build(); // creates no directory
            return;
        }
        BuildLock lock = BuildLock.of(layout.work(), log);
        try {
            build();
        } catch (UncheckedIOException e) {
            throw e.getCause(); // from the list of a directory
        } catch (InvalidPathException e) {
            throw new BuildException(e.getMessage() + ". File names of this Java VM have the encoding "
                    + System.getProperty("sun.jnu.encoding") + ", which comes from the locale. Set LC_ALL=C.UTF-8");
        } finally {
            lock.close();
        }
    }

    private void build() throws IOException, ToolchainException, BuildException {
        layout.requireUniqueNames();
        deleteStaleObjects();
        new MissingSourceCheck(layout).warnings().forEach(log::warn);
        List<String> names = layout.programs();
        if (names.isEmpty()) {
            List<String> ignored = layout.otherC();
            log.info("No BPF programs to compile in " + layout.sources());
            if (!ignored.isEmpty()) {
                log.warn("Ignored " + ignored + " in " + layout.sources() + ": names of BPF programs end with "
                        + ModuleLayout.SUFFIX);
            }
            return;
        }
        List<Path> searchPath = ClangFinder.searchPath(System.getenv("PATH"));
        ClangInstallation clang = new ClangFinder(layout.base(), searchPath).find(options.clang());
        DependencyFileExtractor.gather(options.dependencies(), layout.dependencyFiles());
        HeaderSearchPath headers = new HeaderSearchPath(layout, options.testedClasses(), SYSTEM_HEADERS);
        List<ClangCompiler> compilers = new ArrayList<>();
        List<String> settings = new ArrayList<>();
        for (Architecture architecture : architectures()) {
            compilers.add(new ClangCompiler(
                    layout, clang, architecture, headers.options(clang, architecture), options.arguments()));
        }
        if (compilers.isEmpty()) {
            compilers.add(new ClangCompiler(layout, clang, null, headers.options(clang), options.arguments()));
        }
        compilers.forEach(compiler -> settings.addAll(compiler.settings()));
        settings.addAll(headers.names());

        List<String> changed = changed(names, settings);
        if (changed.isEmpty()) {
            log.info("Nothing to compile: all BPF objects are up to date");
            return;
        }
        log.info("Compiling " + CountText.of(changed.size(), "BPF program") + " with " + clang);
        List<ClangCompiler.Result> results = new ArrayList<>();
        for (String name : changed) {
            results.addAll(compile(name, compilers));
        }
        try {
            requireNoErrors(results);
            publish(results, settings);
        } finally {
            for (ClangCompiler.Result result : results) {
                Files.deleteIfExists(result.object());
            }
        }
    }

    private Set<Architecture> architectures() throws BuildException {
        Set<Architecture> architectures = EnumSet.noneOf(Architecture.class);
        for (String name : options.architectures()) {
            architectures.add(Architecture.of(name.strip())
                    .orElseThrow(() -> new BuildException(
                            "Unknown architecture " + name.strip() + ". Known are " + Architecture.names())));
        }
        if (!architectures.isEmpty() && TargetArchOption.isNamed(options.arguments())) {
            throw new BuildException("Both architectures and an argument -D__TARGET_ARCH_... name architectures."
                    + " Remove the argument");
        }
        return architectures;
    }

    /**
     * Compiles a program for each architecture. If the objects are the same, the program reads no registers, and one object serves all
     * architectures.
     */
    private List<ClangCompiler.Result> compile(String name, List<ClangCompiler> compilers) throws IOException {
        List<ClangCompiler.Result> results = new ArrayList<>();
        boolean isSame = true;
        for (ClangCompiler compiler : compilers) {
            ClangCompiler.Result result = compiler.compile(name);
            results.add(result);
            isSame = isSame && !result.failed() && Files.mismatch(results.get(0).object(), result.object()) < 0;
        }
        if (!isSame) {
            return results;
        }
        for (ClangCompiler.Result result : results.subList(1, results.size())) {
            Files.delete(result.object());
        }
        return List.of(results.get(0).forAll(layout.stagedObject(name), results));
    }

    private void deleteStaleObjects() throws IOException {
        for (String name : layout.deletedPrograms()) {
            Optional<InputFingerprint> last = InputFingerprint.read(layout.fingerprint(name));
            // Without the fingerprint's content, only its place tells what the last build wrote.
            List<Path> objects = lastObjects(last, name);
            for (Path object : objects.isEmpty() ? List.of(layout.object(name)) : objects) {
                // Another object may be there, which was copied from the resources.
                boolean isForeign = last.isPresent() && last.get().hasChanged(object);
                if (!isForeign && Files.deleteIfExists(object)) {
                    log.info("Deleted " + object + ", because its source no longer exists");
                }
            }
            Files.deleteIfExists(layout.fingerprint(name));
        }
    }

    /** The objects that the last build of a program wrote. */
    private List<Path> lastObjects(Optional<InputFingerprint> last, String name) {
        return last.stream()
                .flatMap(fingerprint -> fingerprint.files().keySet().stream())
                .filter(file -> layout.isObject(file, name))
                .toList();
    }

    private List<String> changed(List<String> names, List<String> settings) throws IOException {
        List<String> changed = new ArrayList<>();
        for (String name : names) {
            Optional<InputFingerprint> last = InputFingerprint.read(layout.fingerprint(name));
            // The output may be another directory than in the last build.
            boolean isHere = !lastObjects(last, name).isEmpty();
            if (!isHere || !last.get().isCurrent(settings)) {
                changed.add(name);
            }
        }
        return changed;
    }

    private void requireNoErrors(List<ClangCompiler.Result> results)
            throws IOException, ToolchainException, BuildException {
        requireSystemHeaders(results);
        int errors = 0;
        Set<String> failed = new TreeSet<>();
        Set<String> reported = new HashSet<>();
        for (ClangCompiler.Result result : results) {
            int ofThis = report(result, reported);
            errors += ofThis;
            if (ofThis > 0) {
                failed.add(result.name());
            }
        }
        if (errors > 0) {
            throw new BuildException(CountText.of(errors, "error") + " in "
                    + CountText.of(failed.size(), "BPF program")
                    + ". No object was replaced. See the errors above.");
        }
    }

    private static void requireSystemHeaders(List<ClangCompiler.Result> results) throws ToolchainException {
        for (ClangCompiler.Result result : results) {
            for (ClangDiagnostic diagnostic : result.diagnostics()) {
                Optional<MissingHeader> header = MissingHeader.in(diagnostic).filter(MissingHeader::isOfSystem);
                if (header.isPresent()) {
                    throw new ToolchainException(
                            diagnostic.headline() + "; " + header.get().remedy().orElseThrow());
                }
            }
        }
    }

    /**
     * Logs the diagnostics of a program and returns the number of errors.
     *
     * @param reported the messages so far: those that a program causes on several architectures are logged once
     */
    private int report(ClangCompiler.Result result, Set<String> reported) throws IOException {
        int errors = 0;
        List<RedefinedName> redefined = result.diagnostics().stream()
                .flatMap(diagnostic -> RedefinedName.in(diagnostic).stream())
                .toList();
        for (ClangDiagnostic diagnostic : result.diagnostics()) {
            if (redefined.stream().anyMatch(name -> name.explains(diagnostic))
                    || !reported.add(diagnostic.toString())) {
                continue;
            }
            log(diagnostic, result.architecture());
            errors += diagnostic.isError() ? 1 : 0;
        }
        if (result.failed()) {
            comparison.forgottenHeader(result).filter(reported::add).ifPresent(log::error);
        } else {
            ObjectRecordComparison.Findings findings = comparison.compare(result);
            List<String> problems =
                    findings.problems().stream().filter(reported::add).toList();
            problems.forEach(log::error);
            findings.notes().stream().filter(reported::add).forEach(log::warn);
            errors += problems.size();
        }
        return errors;
    }

    private void log(ClangDiagnostic diagnostic, @Nullable Architecture architecture) {
        List<String> lines = new ArrayList<>(List.of(diagnostic.headline()));
        lines.addAll(diagnostic.details());
        MissingHeader.in(diagnostic).flatMap(MissingHeader::remedy).ifPresent(lines::add);
        RedefinedName.in(diagnostic).map(RedefinedName::remedy).ifPresent(lines::add);
        if (architecture != null) {
            lines.add("  compiled for " + architecture
                    + (diagnostic.isError()
                                    && REGISTERS.matcher(diagnostic.message()).find()
                            ? ", whose registers are in the kernel's headers: install them (Debian: linux-libc-dev-"
                                    + (architecture == Architecture.X86 ? "amd64" : architecture)
                                    + "-cross), or put that architecture's vmlinux.h into "
                                    + layout.sources().resolve(architecture.libbpfName())
                            : ""));
        }
        log.log(diagnostic.level(), String.join("\n", lines));
    }

    private void publish(List<ClangCompiler.Result> results, List<String> settings) throws IOException {
        Map<String, List<ClangCompiler.Result>> byName = new LinkedHashMap<>();
        for (ClangCompiler.Result result : results) {
            byName.computeIfAbsent(result.name(), name -> new ArrayList<>()).add(result);
        }
        for (Map.Entry<String, List<ClangCompiler.Result>> program : byName.entrySet()) {
            publish(program.getKey(), program.getValue(), settings);
        }
    }

    /** Replaces the objects of one program. */
    private void publish(String name, List<ClangCompiler.Result> results, List<String> settings) throws IOException {
        Set<Path> inputs = new TreeSet<>();
        Set<Path> objects = new TreeSet<>();
        boolean isCurrent = true;
        for (ClangCompiler.Result result : results) {
            objects.add(comparison.object(result));
            inputs.addAll(result.filesRead());
            inputs.addAll(comparison.schemas(result));
            isCurrent = isCurrent && !result.filesRead().isEmpty();
        }
        Optional<InputFingerprint> last = InputFingerprint.read(layout.fingerprint(name));
        for (Path former : lastObjects(last, name)) {
            // Its records have moved to another package, or it was built for other architectures.
            if (!objects.contains(former) && !last.get().hasChanged(former)) {
                Files.deleteIfExists(former);
            }
        }
        for (ClangCompiler.Result result : results) {
            Path object = comparison.object(result);
            Files.createDirectories(object.getParent());
            Files.move(result.object(), object, StandardCopyOption.REPLACE_EXISTING);
        }
        Set<Path> files = new TreeSet<>(inputs);
        files.addAll(objects);
        InputFingerprint fingerprint = InputFingerprint.of(settings, files);
        // If clang listed no files, or if one was edited meanwhile, the next build must compile the program again.
        isCurrent = isCurrent && !changedSince(results.get(0).started(), inputs);
        (isCurrent ? fingerprint : fingerprint.outdated()).write(layout.fingerprint(name));
    }

    /** Whether somebody edited a file while clang ran. Clang may have read it before. Dates in the future are no edits. */
    private static boolean changedSince(FileTime started, Set<Path> files) throws IOException {
        FileTime now = FileTime.from(Instant.now());
        for (Path file : files) {
            if (Files.exists(file)) {
                FileTime changed = Files.getLastModifiedTime(file);
                if (changed.compareTo(started) >= 0 && changed.compareTo(now) <= 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
