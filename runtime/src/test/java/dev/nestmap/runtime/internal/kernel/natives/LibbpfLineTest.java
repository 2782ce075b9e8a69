/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.testing.KernelTest;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every line that Nestmap reads is one that libbpf writes: the library contains its format. It also contains the names of the sections that its
 * version knows. The system property {@code nestmap.libbpf} names libraries of further versions, which need not run here.
 */
@KernelTest
class LibbpfLineTest {
    private static final Pattern VERSION = Pattern.compile("libbpf\\.so\\.1\\.(\\d+)\\.\\d+");

    static Stream<Path> libraries() throws IOException {
        NativeLibraries.libbpf();
        Stream<String> loaded = Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("/libbpf.so."))
                .map(line -> line.substring(line.indexOf('/')));
        Stream<String> others = Stream.of(
                        System.getProperty("nestmap.libbpf", "").split(File.pathSeparator, -1))
                .filter(file -> !file.isEmpty());
        return Stream.concat(loaded, others).distinct().map(Path::of);
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void theLibraryWritesEachLine(Path library) throws IOException {
        int minor = minor(library);
        List<String> written = Stream.of(content(library).split("\0"))
                .filter(text -> text.startsWith("libbpf: "))
                .map(LibbpfLineTest::line)
                .toList();

        for (LibbpfLine line : LibbpfLine.values()) {
            if (line.since() <= minor) {
                assertThat(line.in(written))
                        .as("%s of %s", line, library)
                        .isNotEmpty()
                        .allSatisfy(found -> {
                            if (found.pattern().pattern().contains("<errno>")) {
                                assertThat(LibbpfLine.errno(found)).isEqualTo(Errno.EINVAL.number());
                            }
                        });
            }
        }
    }

    private static int minor(Path library) throws IOException {
        Matcher version = VERSION.matcher(library.toRealPath().getFileName().toString());
        assertThat(version.matches()).as("%s is libbpf 1", library).isTrue();
        return Integer.parseInt(version.group(1));
    }

    private static String content(Path library) throws IOException {
        return new String(Files.readAllBytes(library), StandardCharsets.ISO_8859_1);
    }

    /** What printf makes of a format. Since libbpf 1.6, errors are names. */
    private static String line(String format) {
        return format.replace("'%s'", "'name'")
                .replace("xattr(%s)", "xattr(name)")
                .replace("[%d]", "[5]")
                .replace("fd=%d", "fd=9")
                .replace("%d", "-22")
                .replace("%s", "-EINVAL");
    }
}
