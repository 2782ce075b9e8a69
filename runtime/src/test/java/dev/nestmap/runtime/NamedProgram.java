/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.attach.UntypedProgram;
import java.lang.reflect.Proxy;

/** Programs that are there to be asked for their names and sections. */
public final class NamedProgram {
    private NamedProgram() {}

    /** A program with this name and section. */
    public static UntypedProgram of(String name, String section) {
        return (UntypedProgram) Proxy.newProxyInstance(
                UntypedProgram.class.getClassLoader(),
                new Class<?>[] {UntypedProgram.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "name" -> name;
                    case "section" -> section;
                    case "id" -> 1;
                    default -> throw new AssertionError("not asked for: " + method);
                });
    }
}
