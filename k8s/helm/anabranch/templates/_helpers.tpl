{{- define "anabranch.labels" -}}
app.kubernetes.io/name: {{ . }}
app.kubernetes.io/part-of: anabranch
{{- end }}

{{- define "anabranch.image" -}}
{{ .root.Values.image.registry }}anabranch/{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{/* A map as the lines of a properties file. Whole numbers of YAML come as floating point, which would print as 1e+06. */}}
{{- define "anabranch.properties" -}}
config_ordinal=260
{{- range $key, $value := . }}
{{ $key }}={{ if kindIs "float64" $value }}{{ int64 $value }}{{ else }}{{ $value }}{{ end }}
{{- end }}
{{- end }}

{{- define "anabranch.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "anabranch.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end }}

{{- define "anabranch.spread" -}}
{{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      app.kubernetes.io/name: {{ $ }}
{{- end }}
{{- end }}

{{/* Arguments: the probe's path, port and whether TLS. */}}
{{- define "anabranch.get" -}}
httpGet:
  path: {{ .path }}
  port: {{ if .tls }}https{{ else }}http{{ end }}
  {{- if .tls }}
  scheme: HTTPS
  {{- end }}
{{- end }}

{{- define "anabranch.sasl" -}}
- name: ANABRANCH_KAFKA_CLIENT_SASL_JAAS_CONFIG
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: sasl.jaas.config
{{- end }}

{{- define "anabranch.configVolume" -}}
- name: config
  projected:
    sources:
      - configMap:
          name: anabranch
      - configMap:
          name: {{ . }}
{{- end }}

{{- define "anabranch.kafkaCaVolume" -}}
- name: kafka-ca
  secret:
    secretName: {{ . }}
    items:
      - key: ca.crt
        path: ca.crt
{{- end }}

{{/* One resource of k8s/components, as a text, with the label that kustomize gives it there. */}}
{{- define "anabranch.part" -}}
{{- $resource := fromYaml . }}
{{- $labels := dict "app.kubernetes.io/part-of" "anabranch" }}
{{- $_ := set $resource.metadata "labels" (merge $labels ($resource.metadata.labels | default dict)) }}
{{ toYaml $resource }}
{{- end }}
