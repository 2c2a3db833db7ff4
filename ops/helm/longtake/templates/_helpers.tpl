{{- define "longtake.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "longtake.labels" -}}
app.kubernetes.io/name: longtake
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "longtake.selector" -}}
app.kubernetes.io/name: longtake
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "longtake.image" -}}
{{ .root.Values.image.repository }}/{{ .name }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end -}}

{{/* All coordinators with a port: pods of the StatefulSet by their own names. */}}
{{- define "longtake.members" -}}
{{- $root := .root -}}
{{- $port := .port -}}
{{- $name := include "longtake.name" $root -}}
{{- $members := list -}}
{{- range $i := until (int $root.Values.coordinator.replicas) -}}
{{- $members = append $members (printf "%s-coordinator-%d.%s-coordinators.%s.svc:%d" $name $i $name $root.Release.Namespace (int $port)) -}}
{{- end -}}
{{- join ", " $members -}}
{{- end -}}

{{/* What runs as nobody in particular, writes nothing but its volumes, and gains no rights. */}}
{{- define "longtake.podSecurity" -}}
runAsNonRoot: true
runAsUser: 64646
runAsGroup: 64646
fsGroup: 64646
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "longtake.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: ["ALL"]
{{- end -}}

{{/* What cannot work is refused before anything is made. */}}
{{- define "longtake.check" -}}
{{- $replicas := int .Values.coordinator.replicas -}}
{{- if not (has $replicas (list 1 3 5)) -}}
{{- fail (printf "coordinator.replicas: expected 1, 3 or 5, found %d" $replicas) -}}
{{- end -}}
{{- if gt $replicas 1 -}}
{{- if not .Values.journal.postgresql.url -}}
{{- fail "journal.postgresql.url: expected the database that several coordinators share, found none" -}}
{{- end -}}
{{- if and (not .Values.artifacts.s3.bucket) (not .Values.artifacts.sharedClaim) -}}
{{- fail "artifacts: expected s3.bucket or sharedClaim, which several coordinators share, found neither" -}}
{{- end -}}
{{- if not .Values.farmSecret -}}
{{- fail "farmSecret: expected the name of the Secret that several coordinators share, found none" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.artifacts.s3.bucket .Values.artifacts.sharedClaim -}}
{{- fail "artifacts: expected s3.bucket or sharedClaim, found both" -}}
{{- end -}}
{{- if and .Values.journal.postgresql.url (not .Values.journal.postgresql.passwordSecret) -}}
{{- fail "journal.postgresql.passwordSecret: expected the name of a Secret with the password, found none" -}}
{{- end -}}
{{- if ne (empty .Values.tls.coordinatorSecret) (empty .Values.tls.workerSecret) -}}
{{- fail "tls: expected coordinatorSecret and workerSecret, found one of them" -}}
{{- end -}}
{{- if and (not .Values.tls.coordinatorSecret) (not .Values.tls.allowPlaintext) -}}
{{- fail "tls: expected coordinatorSecret and workerSecret, or allowPlaintext, found neither" -}}
{{- end -}}
{{- end -}}
