/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static com.google.testing.compile.Compiler.javac;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The message of javac for a key of another type names both types. There is one method for a key, so it has no type variables. */
class WrongKeysTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    bpf.total().get("3")          | java.lang.String cannot be converted to long
                    bpf.total().contains("3")     | java.lang.String cannot be converted to long
                    bpf.customer().rotate("42")   | java.lang.String cannot be converted to long
                    bpf.customer().get(42, "443") | java.lang.String cannot be converted to long
                    demand.tenant().request("7")  | java.lang.String cannot be converted to long
                    bpf.site().rotate(42L)        | long cannot be converted to dev.nestmap.tests.kernel.Pinned.Site
                    """)
    void theMessageNamesTheTypes(String call, String message) {
        Compilation compilation = javac().compile(JavaFileObjects.forSourceString(
                "dev.nestmap.tests.kernel.WrongKey",
                "package dev.nestmap.tests.kernel; class WrongKey {"
                        + " void call(PinnedBpf bpf, dev.nestmap.tests.demand.DemandBpf demand) { " + call + "; } }"));

        assertThat(compilation).hadErrorCount(1);
        assertThat(compilation).hadErrorContaining("incompatible types: " + message);
    }
}
