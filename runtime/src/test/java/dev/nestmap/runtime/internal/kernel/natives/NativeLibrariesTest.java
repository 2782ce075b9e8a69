/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.natives.NativeLibrary;
import dev.nestmap.natives.Natives;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each native function exists, and a missing library or an old kernel is explained. */
@Tag("both-jdks")
class NativeLibrariesTest {
    @Test
    @KernelTest
    void everyFunctionExistsInItsLibrary() {
        assertThat(missing(LibBpf.class, "libbpf.so.1")).isEmpty();
        assertThat(missing(LibC.class, "libc.so.6")).isEmpty();
    }

    private static Stream<String> missing(Class<?> functions, String name) {
        NativeLibrary library = Natives.access().open(name);
        return Arrays.stream(functions.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .filter(function -> !library.has(function));
    }

    @ParameterizedTest
    @CsvSource({
        "2.6.32-754.el6, false",
        "4.18.0-553.el8_10.x86_64, false",
        "5.4.0-150-generic, false",
        "5.7.19, false",
        "5.15.0-1.fc35, false",
        "6.0.19, false",
        "6.1.0-56-cloud-amd64, true",
        "10.0, true",
        "unknown, true"
    })
    void kernelsBeforeLinux61AreTooOld(String release, boolean supported) {
        assertThat(KernelAndLibbpfVersions.isSupported(release)).isEqualTo(supported);
    }

    /** The JVM says which kernel runs, so a test can claim that it is an old one. */
    @Test
    void anOldKernelIsRejectedWithWords() throws Exception {
        assertThat(new ChildVm().with("-Dos.version=5.4.0-150-generic").run(DeniedMain.class))
                .contains("use of BPF: this machine runs Linux 5.4.0-150-generic, and Nestmap needs Linux 6.1 or newer")
                .contains("Maps in memory (inMemory() of generated classes) need no kernel")
                .doesNotContain("loaded");
    }

    @Test
    void aMissingLibraryNamesThePackageAndTheFile() {
        NativeLibraries.Attempt attempt = NativeLibraries.Attempt.at("libnestmap-missing.so.1");

        assertBpfException(attempt::requireLibbpf, "libbpf1 (Debian, Ubuntu)")
                .hasMessageStartingWith(
                        "loading of libnestmap-missing.so.1: java.library.path, LD_LIBRARY_PATH and the system's library directories contain no library that can be loaded")
                .hasCauseInstanceOf(UnsatisfiedLinkError.class);
    }

    /** A control group that is full, or a limit of files, keeps the kernel from mapping a library that is installed. */
    @ParameterizedTest
    @CsvSource({"Cannot allocate memory, ENOMEM, memory limit", "Too many open files, EMFILE, raise the limit"})
    void aLibraryForWhichSomethingIsLackingIsNotReportedAsMissing(String text, Errno errno, String remedy) {
        Error error = new UnsatisfiedLinkError("libbpf.so.1: failed to map segment from shared object: " + text);
        NativeLibraries.Attempt attempt = new NativeLibraries.Attempt("libbpf.so.1", null, null, error);

        assertBpfException(attempt::requireLibbpf, remedy)
                .hasErrno(errno)
                .hasMessageStartingWith("loading of libbpf.so.1: " + errno)
                .hasMessageNotContaining("install");
    }

    @Test
    void aMissingClassIsNotReportedAsAMissingLibrary() {
        LinkageError error = new NoClassDefFoundError("org/objectweb/asm/ClassVisitor");
        NativeLibraries.Attempt attempt = new NativeLibraries.Attempt("libbpf.so.1", null, null, error);

        assertBpfException(
                        attempt::requireLibbpf,
                        "class org/objectweb/asm/ClassVisitor is missing",
                        "onto the class path or onto the module path")
                .hasCause(error);
    }

    /** As jffi reports it without its jar, or without that of its libraries (lmdbjava#61, jnr-ffi#349). */
    @ParameterizedTest
    @CsvSource({
        "java.lang.NoClassDefFoundError, com/kenai/jffi/Platform, class com/kenai/jffi/Platform is missing",
        "java.lang.UnsatisfiedLinkError, 'could not locate stub library in jar file.  Tried [jni/x86_64-Linux/libjffi-1.2.so]', jffi-*-native.jar"
    })
    void aMissingJarOfJffiIsNamed(Class<? extends LinkageError> type, String text, String remedy) throws Exception {
        LinkageError cause = type.getConstructor(String.class).newInstance(text);
        UnsatisfiedLinkError error =
                new UnsatisfiedLinkError("could not load FFI provider jnr.ffi.provider.jffi.Provider");
        error.initCause(cause);
        NativeLibraries.Attempt attempt = new NativeLibraries.Attempt("libbpf.so.1", null, null, error);

        assertBpfException(attempt::requireLibbpf, remedy).hasMessageNotContaining("noexec");
    }

    @Test
    void knowsAJavaVmOfMusl(@TempDir Path directory) throws IOException {
        Path maps = Files.writeString(
                directory.resolve("maps"),
                "7f1c5e0f4000-7f1c5e108000 r--p 00000000 fe:00 131 /lib/ld-musl-x86_64.so.1\n");

        assertThat(NativeLibraries.isMusl(maps)).isTrue();
        assertThat(NativeLibraries.isMusl(Path.of("/proc/self/maps"))).isFalse();
        assertThat(NativeLibraries.isMusl(directory.resolve("none"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jnr", "foreign"})
    @EnabledForJreRange(min = JRE.JAVA_24, disabledReason = "older Java VMs don't deny native access")
    void deniedNativeAccessNamesTheFlag(String implementation) throws Exception {
        assertThat(new ChildVm()
                        .with("-Dnestmap.native=" + implementation)
                        .denyingNativeAccess()
                        .run(DeniedMain.class))
                .contains("loading of libbpf.so.1: this Java VM denies native access")
                .contains("--enable-native-access=ALL-UNNAMED")
                .doesNotContain("unpack");
    }

    @Test
    void aLibraryThatCannotBeWrittenNamesTheDirectory() throws Exception {
        assertThat(new ChildVm()
                        .with("-Djffi.extract.dir=/proc/none", "-Dnestmap.native=jnr")
                        .run(DeniedMain.class))
                .contains("loading of libbpf.so.1: JNR-FFI can't write its native library to /proc/none: ")
                .contains("-Djffi.boot.library.path=DIRECTORY")
                .doesNotContain("denies native access");
    }

    /** jffi itself would take the working directory, where another user may exchange the library. */
    @Test
    void noLibraryIsUnpackedIntoTheWorkingDirectory() throws Exception {
        assertThat(new ChildVm()
                        .with("-Djava.io.tmpdir=/proc/none", "-Dnestmap.native=jnr")
                        .run(DeniedMain.class))
                .contains("loading of libbpf.so.1: JNR-FFI can't write its native library to /proc/none: ")
                .doesNotContain("loaded");
    }

    /** Where another user may have put files with the names of libraries. */
    @Test
    void noLibraryIsLoadedFromTheWorkingDirectory(@TempDir Path directory) throws Exception {
        for (String library : List.of("libbpf.so.1", "libdl.so.2", "libffi.so", "libjffi-1.2.so", "libelf.so.1")) {
            Files.writeString(directory.resolve(library), "no library");
        }
        ProcessBuilder child = new ChildVm().builder(DeniedMain.class);
        child.directory(directory.toFile()).environment().remove("LD_LIBRARY_PATH");
        assertThat(ChildVm.output(child.start()))
                .endsWith(
                        "loaded\nloaded\n"); // the VM may warn of the stack, because it looks at a file with this name
    }

    /** The umask may let all users write to a new file, but not to a new temporary directory. */
    @Test
    void theLibraryIsUnpackedIntoADirectoryOfThisProcess(@TempDir Path directory) throws Exception {
        assertThat(new ChildVm()
                        .with("-Djava.io.tmpdir=" + directory, "-Dnestmap.native=jnr")
                        .run(UnpackedMain.class))
                .containsPattern(directory + "/nestmap[0-9]+/jffi[^/]*\\.so");
        assertThat(directory).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"java.io.tmpdir", "jffi.extract.dir"})
    @KernelTest // needs a mount
    void aLibraryThatCannotBeLoadedNamesTheMount(String property) throws Exception {
        assertThat(new ChildVm()
                        .with("-D" + property + "=/mnt", "-Dnestmap.native=jnr")
                        .startedBy(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                "mount -t tmpfs -o noexec tmpfs /mnt && exec \"$@\"",
                                "sh")
                        .run(DeniedMain.class))
                .contains(
                        "loading of libbpf.so.1: JNR-FFI can't load the native library that it unpacks into /mnt, which is mounted noexec")
                .contains("-Djffi.boot.library.path=DIRECTORY");
    }

    /** All jars are on every class path, so the version of the Java VM decides which one it has. */
    @Test
    void anUnknownImplementationNamesThoseThatThisJavaVmCanRun() throws Exception {
        assertThat(new ChildVm().with("-Dnestmap.native=jna").run(DeniedMain.class))
                .contains("loading of libbpf.so.1: the system property nestmap.native is jna, and this process has "
                        + (Runtime.version().feature() < 22 ? "[jnr]" : "[foreign, jnr]"));
    }

    /** Prints the messages of two attempts. */
    static final class DeniedMain {
        private DeniedMain() {}

        public static void main(String[] arguments) {
            for (int i = 0; i < 2; i++) {
                try {
                    new KernelMapFactory();
                    System.out.println("loaded");
                } catch (BpfException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }

    /** Prints which libraries of jffi this process has loaded. */
    static final class UnpackedMain {
        private UnpackedMain() {}

        public static void main(String[] arguments) throws IOException {
            Natives.access().open("libc.so.6");
            try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
                maps.filter(line -> line.contains("jffi")).forEach(System.out::println);
            }
        }
    }
}
