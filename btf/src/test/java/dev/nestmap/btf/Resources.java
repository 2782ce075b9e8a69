/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The C sources beside the tests. */
final class Resources {
    private Resources() {}

    /** The program of the example in the README, with its header included. */
    static String tenantFlows() {
        return read("tenant_flows.bpf.c").replace("#include \"tenant_flows.bpf.h\"", read("tenant_flows.bpf.h"));
    }

    private static String read(String name) {
        try (InputStream in = Objects.requireNonNull(Resources.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
