/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.modules;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds modules on the class path of the tests. They are jars, or folders of classes if Maven has not packaged the modules. */
final class ModulePath {
    private ModulePath() {}

    /** Nestmap's modules with these folders, and libraries whose jars begin with one of these names. */
    static List<Path> of(String folders, String libraries) {
        Pattern wanted = Pattern.compile(".*/(nestmap-(" + folders + ")-[0-9.]+(-SNAPSHOT)?\\.jar|(" + folders
                + ")/target/classes|(" + libraries + ")-[0-9][^/]*\\.jar)");
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> wanted.matcher(entry).matches())
                .map(Path::of)
                .toList();
    }

    /** The modules that an application needs at run time. */
    static List<Path> ofRuntime() {
        return of(
                "annotations|schema|btf|natives|jnr|foreign|runtime|memory",
                "asm(-\\w+)?|jffi|jnr-ffi|jnr-\\w+asm|jspecify|error_prone_annotations");
    }

    /** The same with java.lang.foreign. */
    static List<Path> ofRuntimeWithoutJnr() {
        return of("annotations|schema|btf|natives|foreign|runtime|memory", "jspecify|error_prone_annotations");
    }

    /** What javac needs to run the processor. */
    static List<Path> ofProcessor() {
        return of("processor", "none");
    }

    /** The modules of the command {@code nestmap} and of the builder of objects. */
    static List<Path> ofTools() {
        return of(
                "annotations|schema|btf|lint|bpf-c-templates|natives|jnr|foreign|runtime|untyped|cli|object-builder",
                "asm(-\\w+)?|javapoet|jffi|jnr-ffi|jnr-\\w+asm|jspecify|error_prone_annotations|picocli");
    }

    /** Whether the modules are jars. The classes of the processor only become a module when Maven packages them. */
    static boolean isPackaged() {
        return ofProcessor().stream().noneMatch(Files::isDirectory);
    }

    /** The modules as an argument of javac or of the Java VM. */
    static String argument(List<Path> modules) {
        return String.join(
                File.pathSeparator, modules.stream().map(Path::toString).toList());
    }

    /** Runs a module. Returns the lines that it prints, with warnings of the Java VM. */
    static List<String> run(List<Path> modules, List<String> vmArguments, String main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(vmArguments);
        command.addAll(List.of("-p", argument(modules), "-m", main));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }
}
