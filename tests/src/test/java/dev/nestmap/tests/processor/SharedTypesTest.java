/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.runtime.error.BpfException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes that were compiled against a shared type run with the same type only. */
class SharedTypesTest {
    private static final JavaFileObject TENANTS = Sources.acme("""
            @BpfObject("tenants")
            public interface Tenants {
                @OuterMap(inner = Flow.class, maxEntries = 16)
                record Tenant(@U32 long id) {}
            }
            """);

    @TempDir
    Path temporary;

    private Path shared;
    private Path app;

    @BeforeEach
    void compileBoth() {
        shared = temporary.resolve("shared");
        app = temporary.resolve("app");
        compileShared("@Be16", "@U64");
        assertThat(new OutputFolder(app).classPath(shared).compile(TENANTS)).succeededWithoutWarnings();
    }

    @Test
    void sameTypesRun() {
        compileShared("@Be16", "@U64");

        assertThatCode(this::useTenants).doesNotThrowAnyException();
    }

    @Test
    void anotherStructIsRejected() {
        compileShared("@U16", "@U64");

        assertThatThrownBy(this::useTenants)
                .isInstanceOf(BpfException.class)
                .hasMessageStartingWith(
                        "use of com.acme.TenantsBpf: it was compiled with another version of com.acme.FlowKey than"
                                + " the one on the class path:\n")
                .hasMessageContaining(
                        "struct flow_key, field port: big-endian (__be16) when it was compiled, the machine's byte"
                                + " order (__u16) on the class path")
                .hasMessageEndingWith(
                        "Compile com.acme.Tenants and its BPF programs again with the com.acme.FlowKey that is on the"
                                + " class path");
    }

    @Test
    void anotherInnerMapIsRejected() {
        compileShared("@Be16", "@U32");

        assertBpfException(
                this::useTenants,
                "another version of com.acme.Flow than the one on the class path",
                "map flow_map, value: 8 (__u64) when it was compiled, 4 (__u32) on the class path");
    }

    @Test
    void missingSchemaOfSharedTypeIsRejected() throws Exception {
        Files.delete(shared.resolve("META-INF/bpf/com/acme/flow_key.schema"));

        assertBpfException(this::useTenants)
                .hasMessageStartingWith(
                        "search for resource META-INF/bpf/com/acme/flow_key.schema: com.acme.TenantsBpf uses"
                                + " types of it");
    }

    private void compileShared(String port, String hits) {
        JavaFileObject flowKey =
                Sources.acme("@BpfType\npublic record FlowKey(%s int port, @U16 int zone) {}".formatted(port));
        JavaFileObject flow = Sources.acme(
                "@InnerMap(maxEntries = 16)\npublic record Flow(@Key FlowKey key, %s long limit) {}".formatted(hits));
        assertThat(new OutputFolder(shared).compile(flowKey, flow)).succeededWithoutWarnings();
    }

    private void useTenants() throws Throwable {
        URL[] folders = {shared.toUri().toURL(), app.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(folders, getClass().getClassLoader())) {
            Object tenants = loader.loadClass("com.acme.TenantsBpf")
                    .getMethod("inMemory")
                    .invoke(null);
            ((AutoCloseable) tenants).close();
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
