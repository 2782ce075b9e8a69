/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Helm's own library accepts the chart, and renders it as its values say. */
class ChartTest {
    private static final Path CHART = Path.of("chart");
    private static final Path RENDERED = Path.of("flows.yaml");

    @Test
    void helmFindsNothingToComplainAbout() {
        LintResult result = new Helm(CHART).lint().strict().call();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    private static TemplateCommand chart() {
        return new Helm(CHART).template().withName("flows").set("cluster", "eu-1");
    }

    /** With -Dgolden.update=true, the test writes the file. */
    @Test
    void flowsYamlIsTheChartWithItsDefaults() throws IOException {
        String rendered = chart().call();
        rendered = rendered.substring(rendered.indexOf("apiVersion:")).strip() + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(RENDERED, rendered);
        }

        assertThat(rendered).isEqualTo(Files.readString(RENDERED));
    }

    @Test
    void requiresANameOfTheCluster() {
        assertThatThrownBy(() -> new Helm(CHART).template().withName("flows").call())
                .hasMessageContaining("set cluster to the name of this cluster");
    }

    private static TemplateCommand withNodes() {
        return chart().set("nodes[0]", "node-1").set("nodes[1]", "node-2");
    }

    /** Each node has a Secret and so a principal, and names that no node of another cluster has. */
    @Test
    void eachListedNodeHasItsOwnSecret() {
        assertThat(withNodes().call())
                .contains("name: flows-node-1\n", "name: flows-node-2\n")
                .contains("kubernetes.io/hostname: node-1\n", "kubernetes.io/hostname: node-2\n")
                .contains("secretName: flows-kafka-node-1\n", "secretName: flows-kafka-node-2\n")
                .contains("{ name: MACHINE, value: eu-1.$(NODE) }");
    }

    @Test
    void certificatesMayComeFromCertManager() {
        assertThat(withNodes()
                        .withValuesFile(CHART.resolve("cert-manager.yaml"))
                        .call())
                .contains("driver: csi.cert-manager.io\n")
                .contains("common-name: 'eu-1.node-1'\n", "common-name: 'eu-1.node-2'\n")
                .doesNotContain("secretName");
    }

    /** The rules have templates of their own, which Helm must leave alone. */
    @Test
    void prometheusScrapesTheAgentsAndHasTheAlerts() throws IOException {
        String rendered =
                chart().set("podMonitor", true).set("prometheusRule", true).call();

        assertThat(rendered)
                .contains("kind: PodMonitor\n", "- port: http\n", "replacement: eu-1 }", "kind: PrometheusRule\n");
        for (String line : Files.readAllLines(Path.of("../../integrations/micrometer/grafana/alerts.yml"))) {
            assertThat(rendered).contains("\n  " + line + "\n");
        }
        assertThat(chart().call()).doesNotContain("monitoring.coreos.com");
    }

    /** Only root may write to a directory that kubelet creates, and the agent lets only itself read the spool in it. */
    @Test
    void agentsHaveASpoolOnTheNodesDisk() {
        assertThat(chart().set("spool.path", "/var/lib/agent").call())
                .contains(
                        "- { name: SPOOL, value: /var/lib/flows/spool }",
                        "{ name: SPOOL_BYTES, value: \"1000000000\" }")
                .contains("- { name: spool, mountPath: /var/lib/flows }\n")
                .contains("- name: spool\n          hostPath: { path: /var/lib/agent, type: DirectoryOrCreate }\n");
        assertThat(chart().set("spool.path", "/var/lib/agent")
                        .set("spool.bytes", 50_000_000)
                        .call())
                .contains("{ name: SPOOL_BYTES, value: \"50000000\" }");
    }

    @ParameterizedTest
    @CsvSource({
        "spool.size,5000000,size",
        "spool.bytes,999999,bytes",
        "spool.path,var/lib,path",
        "topics,flows,topics",
        "port,70000,port",
        "tenants,'53 443',tenants"
    })
    void refusesValuesThatItDoesNotKnow(String name, String value, String named) {
        assertThatThrownBy(() -> chart().set(name, value).call()).hasMessageContaining(named);
    }

    @Test
    void theSchemaHasEachValue() throws IOException {
        List<String> values = Files.readAllLines(CHART.resolve("values.yaml")).stream()
                .filter(line -> line.matches("[A-Za-z]+:.*"))
                .map(line -> line.substring(0, line.indexOf(':')))
                .toList();

        assertThat(Files.readString(CHART.resolve("values.schema.json")))
                .contains(values.stream().map(value -> "\"" + value + "\": {").toList());
    }

    @Test
    void podsGoWhereTheValuesSay() {
        assertThat(chart().set("nodeSelector.role", "edge")
                        .set("priorityClassName", "low")
                        .call())
                .contains("nodeSelector:\n        role: edge\n", "priorityClassName: low\n");
    }
}
