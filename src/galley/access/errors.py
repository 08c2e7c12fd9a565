"""What can go wrong at the door."""

from galley.kernel.errors import InputError, IntegrityError, MissingError, StateError, TransientError
from galley.kernel.language import Text

__all__ = [
    "AccountTakenError",
    "ApprovalError",
    "AuditBrokenError",
    "EmailError",
    "InvitationError",
    "LastOwnerError",
    "LinkError",
    "NetworkError",
    "NotAllowedError",
    "OidcError",
    "PasswordWeakError",
    "ProposalError",
    "ProviderGoneError",
    "RolesError",
    "ScopesError",
    "SetUpError",
    "SignInError",
    "SlugError",
    "ThrottledError",
    "UnknownError",
]


class SignInError(InputError):
    """Nobody is signed in: no secret, a wrong one, or one that has ended. Never says which."""

    code = "GLY-ACC-001"
    text = Text("Sign in first: {reason}.", "请先登录：{reason}。")
    hint = Text(
        "Sign in again, or use a service token that has not expired.",
        "请重新登录，或使用未过期的服务令牌。",
    )


class NotAllowedError(InputError):
    """The actor may not do that."""

    code = "GLY-ACC-002"
    text = Text("You may not do this ({verb}): {reason}.", "您无权执行此操作（{verb}）：{reason}。")
    hint = Text("Ask an owner of the organisation for the role you need.", "请向机构所有者申请所需的角色。")


class ThrottledError(TransientError):
    """Too many attempts; `retry_seconds` says when the next one is heard."""

    code = "GLY-ACC-003"
    text = Text(
        "Too many attempts; try again in {retry_seconds} s.",
        "尝试次数过多，请在 {retry_seconds} 秒后重试。",
    )
    hint = Text(
        "The account is not locked: the wait ends by itself.",
        "账号没有被锁定：等待时间结束后即可重试。",
    )


class PasswordWeakError(InputError):
    """A password that cannot be accepted."""

    code = "GLY-ACC-004"
    text = Text("This password cannot be used: {reason}.", "不能使用该密码：{reason}。")
    hint = Text("Several unrelated words make a good one.", "由几个不相关的词组成的密码更好。")


class EmailError(InputError):
    """Neither an e-mail address nor a user name."""

    code = "GLY-ACC-005"
    text = Text("'{given}' is neither an e-mail address nor a user name.", "“{given}”既不是邮箱也不是用户名。")
    hint = Text(
        "A user name has 2 to 64 letters, digits, dots, dashes or underscores.",
        "用户名由 2 至 64 个字母、数字、点、短横线或下划线组成。",
    )


class AccountTakenError(StateError):
    """The e-mail address or user name belongs to somebody."""

    code = "GLY-ACC-006"
    text = Text("'{given}' is in use.", "“{given}”已被使用。")
    hint = Text("Choose another, or sign in to that account.", "请换一个，或登录该账号。")


class SlugError(InputError):
    """An organisation's short name that cannot be used."""

    code = "GLY-ACC-007"
    text = Text("'{slug}' cannot be an organisation's short name: {reason}.", "“{slug}”不能作为机构简称：{reason}。")
    hint = Text("Use 2 to 64 lower-case letters, digits and dashes.", "请使用 2 至 64 个小写字母、数字和短横线。")


class RolesError(InputError):
    """Roles that do not exist, or none."""

    code = "GLY-ACC-008"
    text = Text("These are not roles: {given}.", "不是有效的角色：{given}。")
    hint = Text("Roles are {known}.", "可用角色：{known}。")


class LastOwnerError(StateError):
    """An organisation would be left without an owner."""

    code = "GLY-ACC-009"
    text = Text("The organisation would have no owner left.", "该机构将没有所有者。")
    hint = Text("Make somebody else an owner first.", "请先指定另一位所有者。")


class InvitationError(StateError):
    """An invitation that is unknown, used, withdrawn or over. Never says which."""

    code = "GLY-ACC-010"
    text = Text("This invitation is not valid, or no longer.", "邀请无效或已失效。")
    hint = Text("Ask for a new one.", "请重新申请邀请。")


class ScopesError(InputError):
    """Scopes that a token cannot have."""

    code = "GLY-ACC-011"
    text = Text("A token cannot have these scopes: {given}.", "令牌不能具有这些权限范围：{given}。")
    hint = Text(
        "Give verbs that you have yourself, and none of signing in or approving.",
        "只能授予您自己拥有的操作，且不包括登录与批准。",
    )


class UnknownError(MissingError):
    """Nothing of that kind with that id in this organisation."""

    code = "GLY-ACC-012"
    text = Text("There is no {what} {given} here.", "这里没有{what} {given}。")
    hint = Text("The list of your organisation shows what there is.", "请在机构的列表中查看。")


class NetworkError(InputError):
    """Not a network."""

    code = "GLY-ACC-013"
    text = Text("'{given}' is not a network.", "“{given}”不是有效的网段。")
    hint = Text("Write 10.2.0.0/16, 2001:db8::/32 or one address.", "请写成 10.2.0.0/16、2001:db8::/32 或单个地址。")


class ProposalError(StateError):
    """A proposal that was decided, or replaced by a newer one."""

    code = "GLY-ACC-014"
    text = Text("This proposal is not open any more.", "该提案已不处于待批准状态。")
    hint = Text("Propose the rule anew.", "请重新提出规则。")


class ApprovalError(InputError):
    """Somebody who does not speak for the client, or would lock themselves out, approves."""

    code = "GLY-ACC-015"
    text = Text("This cannot be approved: {reason}.", "不能批准：{reason}。")
    hint = Text(
        "An owner or client of the organisation whose data it is approves, signed in and from an allowed network.",
        "须由数据所属机构的所有者或委托方代表登录后，从允许的网络批准。",
    )


class LinkError(InputError):
    """A link that is forged, over, or not for this."""

    code = "GLY-ACC-016"
    text = Text("This link is not valid, or no longer.", "链接无效或已过期。")
    hint = Text("Open the page that gave the link again.", "请重新打开给出该链接的页面。")


class OidcError(InputError):
    """The identity provider's answer cannot be accepted."""

    code = "GLY-ACC-017"
    text = Text("Signing in with {provider} failed: {reason}.", "通过 {provider} 登录失败：{reason}。")
    hint = Text("Start signing in again; if it fails again, tell an operator.", "请重新登录；若仍失败，请联系运营方。")


class ProviderGoneError(TransientError):
    """The identity provider cannot be reached."""

    code = "GLY-ACC-018"
    text = Text("{provider} cannot be reached: {reason}.", "无法连接 {provider}：{reason}。")
    hint = Text("Try again, or sign in with a password.", "请重试，或使用密码登录。")


class AuditBrokenError(IntegrityError):
    """The audit log is not what was sealed."""

    code = "GLY-ACC-019"
    text = Text(
        "The audit log of organisation {organisation} was changed after it was sealed: seal {seal}, {reason}.",
        "机构 {organisation} 的审计日志在封存后被改动：第 {seal} 个封存，{reason}。",
    )
    hint = Text(
        "Keep the database as it is, and compare it with a backup from before.",
        "请保持数据库现状，并与此前的备份比对。",
    )


class SetUpError(InputError):
    """A set-up link that is not good: never made, used, over, or somebody is here already. Never says which."""

    code = "GLY-ACC-020"
    text = Text("The set-up link was used, is over, or is not needed any more.", "初始化链接已使用、已过期或不再需要。")
    hint = Text(
        "Start `galley serve` again for a new link, or sign in when somebody is here already.",
        "请重新启动 `galley serve` 获取新链接；若已有人员，请直接登录。",
    )
