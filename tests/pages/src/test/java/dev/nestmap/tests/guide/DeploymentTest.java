/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.nestmap.runtime.testing.InstalledCommand;
import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** Systemd accepts the units that pages show, and the manifests for Kubernetes fit together. */
class DeploymentTest {
    private static final Path ROOT = Path.of("../..");
    private static final Path SYSTEMD_ANALYZE = Path.of("/usr/bin/systemd-analyze");
    private static final Path KUBECTL = Path.of("/usr/bin/kubectl");
    private static final Pattern CAPABILITY = Pattern.compile("\\bCAP_\\w+");
    private static final Set<String> CAPABILITIES = Set.of("BPF", "NET_ADMIN", "PERFMON");

    @Test
    void systemdAcceptsTheUnits() throws Exception {
        assumeThat(SYSTEMD_ANALYZE).exists();
        for (Path unit : files(".service")) {
            InstalledCommand.Result verify = InstalledCommand.run(
                    SYSTEMD_ANALYZE, "verify", "--man=no", unit.toAbsolutePath().normalize());
            assertThat(verify.output())
                    .as(unit.toString())
                    .isEmpty(); // systemd ignores what it does not know, and succeeds
            verify.succeeded();
        }
    }

    /** A service that root doesn't run can harm little of the machine: 3.0 of 10, as {@code systemd-analyze security} counts. */
    @Test
    void theServicesAreConfined() throws Exception {
        assumeThat(SYSTEMD_ANALYZE).exists();
        int confined = 0;
        for (Path unit : files(".service")) {
            if (Files.readString(unit).contains("\nUser=")) {
                InstalledCommand.run(
                                SYSTEMD_ANALYZE,
                                "security",
                                "--offline=true",
                                "--threshold=30",
                                unit.toAbsolutePath().normalize())
                        .succeeded();
                confined++;
            }
        }
        assertThat(confined).isGreaterThan(1);
    }

    /** systemd ignores capabilities that it does not know, without a warning. */
    @Test
    void theUnitsNameCapabilitiesThatExist() throws IOException {
        for (Path unit : files(".service")) {
            assertThat(CAPABILITY.matcher(Files.readString(unit)).results())
                    .as(unit.toString())
                    .isNotEmpty()
                    .allMatch(found -> CAPABILITIES.contains(found.group().substring("CAP_".length())));
        }
    }

    @Test
    void anOverlaySetsTheImageOfTheBase(@TempDir Path directory) throws Exception {
        assumeThat(KUBECTL).exists();
        Path deploy = ROOT.resolve("examples/templates/deploy");
        Path base = Files.createDirectory(directory.resolve("base"));
        for (String file : List.of("kustomization.yaml", "traffic.yaml")) {
            Files.copy(deploy.resolve(file), base.resolve(file));
        }
        Path overlay = Files.createDirectory(directory.resolve("overlay"));
        Files.writeString(
                overlay.resolve("kustomization.yaml"),
                "namespace: billing\nresources: [../base]\nimages: [{name: registry.example/traffic, newName: acme/counts, newTag: '7'}]\n");

        InstalledCommand.Result built = InstalledCommand.run(KUBECTL, "kustomize", overlay);

        built.succeeded();
        assertThat(built.output()).contains("image: acme/counts:7\n", "namespace: billing\n", "kind: DaemonSet\n");
    }

    @Test
    void theManifestsFitTogether() throws IOException {
        for (Path manifest : files("(?<!kustomization)\\.yaml")) {
            List<Map<?, ?>> daemonSets = new ArrayList<>();
            for (Object document : new Yaml(new LoaderOptions()).loadAll(Files.readString(manifest))) {
                if (document instanceof Map<?, ?> map && "DaemonSet".equals(map.get("kind"))) {
                    daemonSets.add(map);
                }
            }
            assertThat(daemonSets).as(manifest.toString()).isNotEmpty();
            Map<?, ?> daemonSet = daemonSets.get(0);
            assertThat(daemonSet.get("apiVersion")).isEqualTo("apps/v1");

            Object template = at(daemonSet, "spec", "template");
            Map<?, ?> labels = (Map<?, ?>) at(template, "metadata", "labels");
            Map<?, ?> selector = (Map<?, ?>) at(daemonSet, "spec", "selector", "matchLabels");
            assertThat(selector)
                    .isNotEmpty()
                    .allSatisfy((key, value) -> assertThat(value).isEqualTo(labels.get(key)));
            Map<?, ?> pod = (Map<?, ?>) at(template, "spec");
            assertThat(pod.get("automountServiceAccountToken")).isEqualTo(false);
            if (Boolean.TRUE.equals(pod.get("hostNetwork"))) {
                assertThat(pod.get("dnsPolicy")).isEqualTo("ClusterFirstWithHostNet");
            }
            List<?> volumes = names((List<?>) at(template, "spec", "volumes"));
            for (Object container : (List<?>) at(template, "spec", "containers")) {
                assertThat(volumes).isEqualTo(names((List<?>) at(container, "volumeMounts")));
                assertThat(CAPABILITIES).containsAll(strings(at(container, "securityContext", "capabilities", "add")));
                assertThat(at(container, "securityContext", "readOnlyRootFilesystem"))
                        .isEqualTo(true);
                assertThat(at(container, "securityContext", "seccompProfile", "type"))
                        .isEqualTo("RuntimeDefault");
                assertThat(at(container, "securityContext", "allowPrivilegeEscalation"))
                        .isEqualTo(false);
            }
        }
    }

    /** The lines of the profile of Podman 4.3 in Debian 12 that the command of the page changes. */
    @Test
    void theSeccompProfileAllowsBpfOnce(@TempDir Path directory) throws Exception {
        String profile = """
                { "syscalls": [
                { "names": [
                "bdflush",
                "io_pgetevents" ], "action": "SCMP_ACT_ERRNO" },
                { "names": [
                "bind",
                "brk" ], "action": "SCMP_ACT_ALLOW" },
                { "names": [
                "bpf",
                "setns" ], "action": "SCMP_ACT_ALLOW", "includes": { "caps": ["CAP_SYS_ADMIN"] } },
                { "names": [
                "bpf",
                "setns" ], "action": "SCMP_ACT_ERRNO", "excludes": { "caps": ["CAP_SYS_ADMIN"] } } ] }
                """;
        String page = Files.readString(ROOT.resolve("docs/production/deploy.md"));
        Matcher command = Pattern.compile("(?m)^sed '(.*)' /usr/share/containers/seccomp.json > traffic.json$")
                .matcher(page);
        assertThat(command.find()).isTrue();
        Path file = Files.writeString(directory.resolve("seccomp.json"), profile);
        InstalledCommand.Result changed = InstalledCommand.run(Path.of("/bin/sed"), command.group(1), file);
        changed.succeeded();

        Map<String, Object> rules = new Yaml(new LoaderOptions()).load(changed.output());
        assertThat(new ArrayList<Object>((List<?>) rules.get("syscalls")))
                .filteredOn(rule -> strings(at(rule, "names")).contains("bpf"))
                .containsExactly(Map.of("names", List.of("bpf", "bind", "brk"), "action", "SCMP_ACT_ALLOW"));
    }

    /** The action and the hook that docs/how-to/check-objects.md shows have these inputs and this id. */
    @Test
    void theActionAndTheHookExist() throws IOException {
        Yaml yaml = new Yaml(new LoaderOptions());
        String page = Files.readString(ROOT.resolve("docs/how-to/check-objects.md"));
        List<Object> blocks = Pattern.compile("(?ms)^```yaml\n(.*?)^```$")
                .matcher(page)
                .results()
                .<Object>map(block -> yaml.load(block.group(1)))
                .toList();
        Map<String, Object> action = yaml.load(Files.readString(ROOT.resolve("action.yml")));
        Map<?, ?> used = (Map<?, ?>) ((List<?>) blocks.get(0)).get(0);
        assertThat(strings(List.copyOf(((Map<?, ?>) at(action, "inputs")).keySet())))
                .containsAll(strings(List.copyOf(((Map<?, ?>) at(used, "with")).keySet())));
        assertThat(blocks.get(1).toString()).contains("id=nestmap-check");
        assertThat(Files.readString(ROOT.resolve(".pre-commit-hooks.yaml"))).contains("- id: nestmap-check\n");
    }

    private static List<Path> files(String suffix) {
        List<Path> files = ProjectFiles.below(ROOT.resolve("examples/templates"), ".*/templates/[^/]+/[^/]+" + suffix);
        assertThat(files).hasSizeGreaterThan(1);
        return files;
    }

    private static Object at(Object yaml, String... keys) {
        Object value = yaml;
        for (String key : keys) {
            assertThat(value).isInstanceOf(Map.class);
            value = ((Map<?, ?>) value).get(key);
            assertThat(value).as(key).isNotNull();
        }
        return value;
    }

    private static List<?> names(List<?> entries) {
        return entries.stream().map(entry -> at(entry, "name")).toList();
    }

    private static List<String> strings(Object list) {
        return ((List<?>) list).stream().map(String::valueOf).toList();
    }
}
