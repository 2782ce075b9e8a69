/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.spring;

import dev.nestmap.cli.Main;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ExitCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.util.MimeTypeUtils;

/** What {@code nestmap pins --json} prints, because the command itself answers. */
@WebEndpoint(id = "nestmap")
final class NestmapEndpoint {
    private final String directory;

    NestmapEndpoint(String directory) {
        this.directory = directory;
    }

    /** The array of pins; if some can't be read, only the command's messages: a part of the array could hide what waits. */
    @ReadOperation(produces = MimeTypeUtils.APPLICATION_JSON_VALUE)
    WebEndpointResponse<String> pins() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream problems = new ByteArrayOutputStream();
        int code = Main.run(new Console(out, problems, false, false), "pins", "--json", directory);
        return code == ExitCode.OK || code == ExitCode.FOUND
                ? new WebEndpointResponse<>(out.toString(StandardCharsets.UTF_8))
                : new WebEndpointResponse<>(
                        problems.toString(StandardCharsets.UTF_8),
                        WebEndpointResponse.STATUS_INTERNAL_SERVER_ERROR,
                        MimeTypeUtils.TEXT_PLAIN);
    }
}
