/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static com.google.testing.compile.Compiler.javac;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Java compiler rejects a hook that does not fit the section of a declared program, and a pin of what is no link. */
class WrongHooksTest {
    @Test
    void acceptsHooksThatFit() {
        assertThat(compiled("KernelLink link = bpf.countHit().attach(Xdp.on(\"lo\"))"))
                .succeededWithoutWarnings();
        assertThat(compiled("XdpHitsBpf.open().attach(XdpHitsBpf.COUNT_HIT, Xdp.on(\"lo\"), pin)"))
                .succeededWithoutWarnings();
        assertThat(compiled("Link filter = container.countHit().attach(Tc.ingress(\"lo\"))"))
                .succeededWithoutWarnings();
        assertThat(compiled("container.countHit().attach(Netkit.primary(\"nk0\"), pin)"))
                .succeededWithoutWarnings();
        assertThat(compiled("Link link = bpf.program(\"count_hit\").attach(Tcx.ingress(\"lo\"))"))
                .succeededWithoutWarnings();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            bpf.countHit().attach(Tcx.ingress("lo"))                                     | Tcx cannot be converted to
            bpf.countHit().attach()                                                      | no suitable method found for attach(no arguments)
            XdpHitsBpf.open().attach(XdpHitsBpf.COUNT_HIT, Tcx.ingress("lo"), pin)       | inference variable P has incompatible
            container.countHit().attach(Tc.ingress("lo"), pin)                           | inference variable L has incompatible bounds
            bpf.program("count_hit").attach(PerfEvent.software(PerfEvent.Software.CPU_CLOCK), pin) | inference variable L has incompatible bounds
            container.countHit().attach(Tc.ingress("lo")).pin(pin)                       | cannot find symbol
            bpf.countHit().attach(Xdp.on("lo")).newInputStream()                         | cannot find symbol
            """)
    void rejectsOthers(String call, String message) {
        assertThat(compiled(call)).hadErrorContaining(message);
    }

    private static Compilation compiled(String call) {
        return javac().withOptions("-proc:none")
                .compile(JavaFileObjects.forSourceString("dev.nestmap.tests.attached.Caller", """
                        package dev.nestmap.tests.attached;

                        import dev.nestmap.runtime.attach.*;
                        import java.nio.file.Path;

                        class Caller {
                            void call(XdpHitsBpf bpf, ContainerHitsBpf container, LinkPin pin) {
                                %s;
                            }
                        }
                        """.formatted(call)));
    }
}
